use der::asn1::UintRef;
use der::{Decode as _, Reader as _, SliceReader};

/// Bytes of one of the two numbers.
const NUMBER: usize = 32;

/// An ECDSA signature on P-256 as JOSE wants it: `r` and `s`, 32 bytes each, one after the other (RFC 7518, 3.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawSignature([u8; 2 * NUMBER]);

/// Bytes that are no ECDSA signature on P-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a DER-encoded ECDSA signature on P-256")]
pub struct SignatureError(#[source] Option<der::Error>);

impl RawSignature {
    /// From an `ECDSA-Sig-Value` in DER (RFC 3279, 2.2.3), as KMS gives it.
    ///
    /// # Errors
    /// [`SignatureError`] when it is not one, or has a number of more than 32 bytes.
    pub fn from_der(der: &[u8]) -> Result<Self, SignatureError> {
        let (r, s) = numbers(der).map_err(|error| SignatureError(Some(error)))?;
        let mut raw = [0; 2 * NUMBER];
        let (left, right) = raw.split_at_mut(NUMBER);
        right_align(left, r.as_bytes())?;
        right_align(right, s.as_bytes())?;
        Ok(Self(raw))
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<[u8; 2 * NUMBER]> for RawSignature {
    fn from(raw: [u8; 2 * NUMBER]) -> Self {
        Self(raw)
    }
}

fn numbers(der: &[u8]) -> der::Result<(UintRef<'_>, UintRef<'_>)> {
    let mut reader = SliceReader::new(der)?;
    let numbers =
        reader.sequence(|inner| Ok::<_, der::Error>((UintRef::decode(inner)?, UintRef::decode(inner)?)))?;
    reader.finish()?;
    Ok(numbers)
}

fn right_align(field: &mut [u8], number: &[u8]) -> Result<(), SignatureError> {
    let start = field.len().checked_sub(number.len()).ok_or(SignatureError(None))?;
    let (_, tail) = field.split_at_mut(start);
    tail.copy_from_slice(number);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn der(r: &[u8], s: &[u8]) -> Vec<u8> {
        let integer = |bytes: &[u8]| [&[0x02, u8::try_from(bytes.len()).unwrap()], bytes].concat();
        let body = [integer(r), integer(s)].concat();
        [vec![0x30, u8::try_from(body.len()).unwrap()], body].concat()
    }

    #[test]
    fn short_numbers_are_padded_and_signs_are_dropped() {
        let mut high = vec![0x00, 0x80];
        high.extend([0x11; 31]);
        let raw = RawSignature::from_der(&der(&high, &[0x07])).unwrap();
        let (r, s) = raw.as_bytes().split_at(NUMBER);
        assert_eq!(r, &high[1..]);
        assert_eq!((s[30], s[31]), (0, 7));
    }

    #[test]
    fn what_is_no_signature_is_refused() {
        let good = der(&[0x01], &[0x02]);
        assert!(RawSignature::from_der(&good).is_ok());
        let trailing = [good.as_slice(), &[0]].concat();
        let cut = good[..good.len() - 1].to_vec();
        let negative = der(&[0x80], &[0x01]);
        let padded = der(&[0x00, 0x01], &[0x01]);
        let large = der(&[0x01; 33], &[0x01]);
        for bytes in [trailing, cut, negative, padded, large, Vec::new()] {
            assert!(RawSignature::from_der(&bytes).is_err(), "{bytes:02x?}");
        }
    }
}
