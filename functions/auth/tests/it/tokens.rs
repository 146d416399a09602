//! What the verifier accepts, and what it does not.

use std::sync::Arc;

use auth::ports::TokenSigner as _;
use auth::tokens::{AUDIENCE, TokenFault, Verifier};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::Clock as _;
use ring::hmac;
use serde_json::{Value, json};

use crate::world::{ISSUER, TTL_S, TestSigner, World};

fn verifier(world: &World) -> Verifier {
    Verifier::try_new(ISSUER, world.signer.public_key(), world.clock.clone()).unwrap()
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn header(world: &World) -> Value {
    json!({ "typ": "JWT", "alg": "ES256", "kid": world.signer.public_key().id() })
}

fn claims(world: &World) -> Value {
    let now_s = world.clock.now().unix_ms() / 1_000;
    json!({
        "iss": ISSUER,
        "sub": "user_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f",
        "aud": AUDIENCE,
        "iat": now_s,
        "exp": now_s + TTL_S,
        "jti": "0190f3c2-a1b2-7c3d-8e4f-5a6b7c8d9e0f",
        "sid": "session_0190f3c2a1b27c3d8e4f5a6b7c8d9e0f",
        "tenant": "main",
        "roles": ["trader"],
        "name": "Asha Rao",
    })
}

async fn signed(world: &World, signer: &TestSigner, header: &Value, claims: &Value) -> String {
    assert_eq!(world.signer.public_key().id().len(), 43);
    let message = format!("{}.{}", part(header), part(claims));
    let signature = signer.sign(message.as_bytes()).await.unwrap();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature.as_bytes()))
}

/// What is wrong with a token's header and claims.
type Change = fn(&mut Value, &mut Value);

/// A token that is good but for `change`.
async fn changed(world: &World, change: impl Fn(&mut Value, &mut Value)) -> String {
    let (mut header, mut claims) = (header(world), claims(world));
    change(&mut header, &mut claims);
    signed(world, &world.signer, &header, &claims).await
}

#[tokio::test]
async fn an_issued_token_says_who_its_bearer_is_for_as_long_as_it_lives() {
    let world = World::with_asha(&["accounts", "trader"]).await;
    let claims = verifier(&world).verify(&world.token().await).unwrap();
    assert_eq!((claims.iss.as_str(), claims.aud.as_str()), (ISSUER, AUDIENCE));
    assert_eq!(claims.exp - claims.iat, TTL_S);
    assert_eq!((claims.name.as_str(), claims.tenant.as_str()), ("Asha Rao", "main"));
    let roles: Vec<_> = claims.roles.iter().map(|role| role.as_str()).collect();
    assert_eq!(roles, ["trader", "accounts"]);
    assert!(claims.sub.starts_with("user_"), "{}", claims.sub);
}

#[tokio::test]
async fn two_tokens_have_two_identities() {
    let world = World::with_asha(&["trader"]).await;
    let verifier = verifier(&world);
    let first = verifier.verify(&world.token().await).unwrap();
    assert_ne!(first.jti, verifier.verify(&world.token().await).unwrap().jti);
}

#[tokio::test]
async fn a_token_expires_thirty_seconds_after_its_time() {
    let world = World::with_asha(&["trader"]).await;
    let token = world.token().await;
    let verifier = verifier(&world);
    world.clock.advance_ms((TTL_S + 30) * 1_000 - 1);
    assert!(verifier.verify(&token).is_ok());
    world.clock.advance_ms(1);
    assert_eq!(verifier.verify(&token), Err(TokenFault::Expired));
}

#[tokio::test]
async fn a_token_from_the_future_is_not_valid() {
    let world = World::new();
    let verifier = verifier(&world);
    let ahead = |by_s: i64| {
        let world = &world;
        async move {
            changed(world, |_, claims| claims["iat"] = (claims["iat"].as_i64().unwrap() + by_s).into()).await
        }
    };
    assert!(verifier.verify(&ahead(30).await).is_ok());
    assert_eq!(verifier.verify(&ahead(31).await), Err(TokenFault::Invalid));
}

#[tokio::test]
async fn an_expired_token_that_was_tampered_with_is_invalid_and_not_expired() {
    let world = World::with_asha(&["trader"]).await;
    let token = world.token().await;
    world.clock.advance_days(1);
    let tampered = token.replacen('.', ".e", 1);
    assert_eq!(verifier(&world).verify(&tampered), Err(TokenFault::Invalid));
}

#[tokio::test]
async fn changing_any_character_of_a_token_makes_it_invalid() {
    let world = World::with_asha(&["viewer"]).await;
    let (token, verifier) = (world.token().await, verifier(&world));
    for at in 0..token.len() {
        let mut bytes = token.clone().into_bytes();
        // The sixth bit of the six a character stands for: bits that decoding drops would not count as a change.
        bytes[at] = if bytes[at] == b'Q' { b'w' } else { b'Q' };
        let tampered = String::from_utf8(bytes).unwrap();
        assert_eq!(verifier.verify(&tampered), Err(TokenFault::Invalid), "character {at}");
    }
}

#[tokio::test]
async fn another_key_makes_no_valid_tokens_even_under_our_keys_name() {
    let world = World::new();
    let forged = signed(&world, &TestSigner::new(), &header(&world), &claims(&world)).await;
    assert_eq!(verifier(&world).verify(&forged), Err(TokenFault::Invalid));
}

#[tokio::test]
async fn a_token_without_a_signature_is_not_valid() {
    let world = World::new();
    for alg in ["none", "None", "NONE", "ES256"] {
        let mut header = header(&world);
        header["alg"] = alg.into();
        let unsigned = format!("{}.{}.", part(&header), part(&claims(&world)));
        assert_eq!(verifier(&world).verify(&unsigned), Err(TokenFault::Invalid), "{alg}");
    }
}

#[tokio::test]
async fn the_public_key_is_not_a_shared_secret() {
    let world = World::new();
    let mut header = header(&world);
    header["alg"] = "HS256".into();
    let message = format!("{}.{}", part(&header), part(&claims(&world)));
    let key = hmac::Key::new(hmac::HMAC_SHA256, &world.signer.point());
    let forged = format!("{message}.{}", URL_SAFE_NO_PAD.encode(hmac::sign(&key, message.as_bytes())));
    assert_eq!(verifier(&world).verify(&forged), Err(TokenFault::Invalid));
}

#[tokio::test]
async fn a_good_signature_does_not_help_the_wrong_claims() {
    let world = World::new();
    let verifier = verifier(&world);
    assert!(verifier.verify(&changed(&world, |_, _| {}).await).is_ok());
    let wrong: [(&str, Change); 10] = [
        ("no key id", |header, _| drop(header.as_object_mut().unwrap().remove("kid"))),
        ("another key id", |header, _| header["kid"] = "other".into()),
        ("another algorithm", |header, _| header["alg"] = "ES384".into()),
        ("another issuer", |_, claims| claims["iss"] = "https://evil.test".into()),
        ("another audience", |_, claims| claims["aud"] = "somebody-else".into()),
        ("no expiry", |_, claims| drop(claims.as_object_mut().unwrap().remove("exp"))),
        ("no user", |_, claims| drop(claims.as_object_mut().unwrap().remove("sub"))),
        ("no session", |_, claims| drop(claims.as_object_mut().unwrap().remove("sid"))),
        ("no tenant", |_, claims| drop(claims.as_object_mut().unwrap().remove("tenant"))),
        ("an unknown role", |_, claims| claims["roles"] = json!(["king"])),
    ];
    for (what, change) in wrong {
        assert_eq!(verifier.verify(&changed(&world, change).await), Err(TokenFault::Invalid), "{what}");
    }
}

#[tokio::test]
async fn what_is_no_token_is_not_valid() {
    let world = World::new();
    let verifier = verifier(&world);
    let huge = "a".repeat(100_000);
    for text in ["", ".", "..", "...", "a.b.c", "Bearer", "\u{0}", "é.é.é", &huge] {
        assert_eq!(verifier.verify(text), Err(TokenFault::Invalid));
    }
}

#[tokio::test]
async fn a_verifier_of_another_issuer_does_not_accept_our_tokens() {
    let world = World::with_asha(&["trader"]).await;
    let other =
        Verifier::try_new("https://other.test", world.signer.public_key(), Arc::clone(&world.clock) as _);
    assert_eq!(other.unwrap().verify(&world.token().await), Err(TokenFault::Invalid));
}
