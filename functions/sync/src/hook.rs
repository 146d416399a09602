//! The poke of a script in the spreadsheet: "somebody typed, look". It carries nothing that is believed.
//!
//! An Apps Script trigger signs the bytes of the body with `Utilities.computeHmacSha256Signature`
//! (<https://developers.google.com/apps-script/reference/utilities/utilities#computehmacsha256signaturevalue,-key>) and sends the
//! digest as the header `X-Sheet-Signature: sha256=<hexadecimal>`. Sent again by whoever listened, it makes this context look
//! once more.

use ring::hmac;

/// Whether `signature` (the header) is that of these very bytes. Takes as long for a wrong one as for the right one.
#[must_use]
pub fn is_signed(secret: &str, body: &[u8], signature: Option<&str>) -> bool {
    let digits = signature.and_then(|value| value.strip_prefix("sha256="));
    let Some(signature) = digits.and_then(|digits| hex::decode(digits).ok()) else { return false };
    // HMAC takes a key of any length; an empty one would be no secret.
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    !secret.is_empty() && hmac::verify(&key, body, &signature).is_ok()
}
