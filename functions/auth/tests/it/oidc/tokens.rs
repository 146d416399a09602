//! ID tokens that are not to be believed.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use ring::{hmac, rsa};
use serde_json::{Value, json};

use super::stand_in::{Change, jwk, part};
use super::{StandIn, log_in, log_in_with, refused, trusting};
use crate::world::TestSigner;

fn set_time(claims: &mut Value, name: &str, by_s: i64) {
    claims[name] = (claims[name].as_i64().unwrap() + by_s).into();
}

#[tokio::test]
async fn a_good_signature_does_not_help_the_wrong_claims() {
    let wrong: [(&str, Change); 20] = [
        ("another nonce", |_, claims| claims["nonce"] = "other".into()),
        ("no nonce", |_, claims| claims["nonce"] = Value::Null),
        ("another audience", |_, claims| claims["aud"] = "somebody-else".into()),
        ("no audience", |_, claims| claims["aud"] = Value::Null),
        ("many audiences and no party", |_, claims| claims["aud"] = json!(["polymer", "other"])),
        ("another party", |_, claims| claims["azp"] = "other".into()),
        ("another issuer", |_, claims| claims["iss"] = "https://evil.example.com".into()),
        ("many issuers", |_, claims| {
            claims["iss"] = json!(["https://id.example.com", "https://evil.example.com"])
        }),
        ("no issuer", |_, claims| claims["iss"] = Value::Null),
        ("expired", |_, claims| set_time(claims, "exp", -360)),
        ("no expiry", |_, claims| claims["exp"] = Value::Null),
        ("issued long ago", |_, claims| set_time(claims, "iat", -661)),
        ("issued in the future", |_, claims| set_time(claims, "iat", 61)),
        ("no time", |_, claims| claims["iat"] = Value::Null),
        ("no subject", |_, claims| claims["sub"] = Value::Null),
        ("an empty subject", |_, claims| claims["sub"] = "".into()),
        ("an endless subject", |_, claims| claims["sub"] = "a".repeat(256).into()),
        ("a key that is not published", |header, _| header["kid"] = "two".into()),
        ("what has to be understood", |header, _| header["crit"] = json!(["exp"])),
        ("another algorithm", |header, _| header["alg"] = "ES384".into()),
    ];
    for (what, change) in wrong {
        let world = trusting().await;
        let answer = log_in_with(&world, "4711", change).await;
        refused(&world, &answer, 401, what);
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert_eq!(detail, "The provider's answer does not prove who you are. Begin again.", "{what}");
    }
}

#[tokio::test]
async fn clocks_may_be_a_minute_apart_and_a_token_may_be_for_others_too() {
    let right: [(&str, Change); 4] = [
        ("just expired", |_, claims| set_time(claims, "exp", -359)),
        ("issued in a minute", |_, claims| set_time(claims, "iat", 60)),
        ("for others too, and made for us", |_, claims| {
            claims["aud"] = json!(["other", "polymer"]);
            claims["azp"] = "polymer".into();
        }),
        ("a list of one", |_, claims| claims["aud"] = json!(["polymer"])),
    ];
    for (what, change) in right {
        let answer = log_in_with(&trusting().await, "4711", change).await;
        assert_eq!(answer.status(), 200, "{what}: {}", answer.json());
    }
}

#[tokio::test]
async fn a_token_without_a_signature_is_refused() {
    for alg in ["none", "None", "NONE", "ES256", "RS256"] {
        let world = trusting().await;
        world.provider.sign_with(move |_, header, claims| {
            let mut header = header.clone();
            header["alg"] = alg.into();
            format!("{}.{}.", part(&header), part(claims))
        });
        refused(&world, &log_in(&world, "4711").await, 401, alg);
    }
}

#[tokio::test]
async fn a_public_key_is_not_a_shared_secret() {
    let world = trusting().await;
    world.provider.sign_with(|provider, header, claims| {
        let mut header = header.clone();
        header["alg"] = "HS256".into();
        let message = format!("{}.{}", part(&header), part(claims));
        let key = hmac::Key::new(hmac::HMAC_SHA256, &provider.key.point());
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(hmac::sign(&key, message.as_bytes())))
    });
    refused(&world, &log_in(&world, "4711").await, 401, "HS256");
}

#[tokio::test]
async fn a_key_that_a_token_brings_along_counts_for_nothing() {
    let world = trusting().await;
    world.provider.sign_with(|_, header, claims| {
        let (stranger, mut header) = (TestSigner::new(), header.clone());
        header["jwk"] = jwk(&stranger, "one");
        header["jku"] = "https://evil.example.com/jwks".into();
        StandIn::es256(&stranger, &header, claims)
    });
    refused(&world, &log_in(&world, "4711").await, 401, "jwk");
    assert!(world.provider.called.lock().unwrap().iter().all(|url| !url.contains("evil")));
}

#[tokio::test]
async fn what_is_no_token_is_refused() {
    for text in ["", ".", "a.b.c", "é.é.é", &"a".repeat(20_000)] {
        let world = trusting().await;
        let text = text.to_owned();
        world.provider.sign_with(move |_, _, _| text.clone());
        refused(&world, &log_in(&world, "4711").await, 401, "no token");
    }
}

#[tokio::test]
async fn a_new_key_is_looked_for_once_a_minute() {
    let world = trusting().await;
    assert_eq!(log_in(&world, "4711").await.status(), 200);
    let asked = || {
        let called = world.provider.called.lock().unwrap();
        called.iter().filter(|url| url.ends_with("/jwks")).count()
    };
    let rotated = |header: &mut Value, _: &mut Value| header["kid"] = "two".into();
    world.provider.publish(json!({ "keys": [jwk(&world.provider.key, "two")] }));
    assert_eq!(log_in_with(&world, "4711", rotated).await.status(), 401);
    assert_eq!(asked(), 1, "they were read a moment ago");
    world.clock.advance_ms(60_000);
    assert_eq!(log_in_with(&world, "4711", rotated).await.status(), 200);
    assert_eq!(asked(), 2);
}

#[tokio::test]
async fn a_new_key_that_no_token_names_is_looked_for_too() {
    let world = trusting().await;
    assert_eq!(log_in(&world, "4711").await.status(), 200);
    let next = Arc::new(TestSigner::new());
    world.provider.publish(json!({ "keys": [jwk(&next, "next")] }));
    world.provider.sign_with(move |_, header, claims| {
        let mut header = header.clone();
        header.as_object_mut().unwrap().remove("kid");
        StandIn::es256(&next, &header, claims)
    });
    assert_eq!(log_in(&world, "4711").await.status(), 401, "they were read a moment ago");
    world.clock.advance_ms(60_000);
    assert_eq!(log_in(&world, "4711").await.status(), 200);
}

/// The key of the simulated service account, which is as secret as the demo passwords.
fn rsa_key() -> RsaKeyPair {
    let file = include_str!("../../../../../tools/simulators/src/google/service-account.json");
    let file: Value = serde_json::from_str(file).unwrap();
    let pem = file["private_key"].as_str().unwrap();
    let body: String = pem.lines().map(str::trim).filter(|line| !line.starts_with("-----")).collect();
    RsaKeyPair::from_pkcs8(&STANDARD.decode(body).unwrap()).unwrap()
}

fn rs256(key: &RsaKeyPair, claims: &Value) -> String {
    let message = format!("{}.{}", part(&json!({ "alg": "RS256", "kid": "rsa" })), part(claims));
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

#[tokio::test]
async fn tokens_signed_with_rsa_are_believed_too() {
    let world = trusting().await;
    let key = rsa_key();
    let rsa::PublicKeyComponents { n, e } = rsa::PublicKeyComponents::<Vec<u8>>::from(key.public_key());
    let (n, e) = (URL_SAFE_NO_PAD.encode(n), URL_SAFE_NO_PAD.encode(e));
    world.provider.publish(json!({ "keys": [{ "kty": "RSA", "kid": "rsa", "n": n, "e": e, "use": "sig" }] }));
    world.provider.sign_with(|_, _, claims| rs256(&rsa_key(), claims));
    let answer = log_in(&world, "4711").await;
    assert_eq!(answer.status(), 200, "{}", answer.json());
    world.provider.sign_with(|_, _, claims| {
        let mut claims = claims.clone();
        let honest = rs256(&rsa_key(), &claims);
        claims["sub"] = "4712".into();
        let parts: Vec<&str> = honest.split('.').collect();
        format!("{}.{}.{}", parts[0], part(&claims), parts[2])
    });
    assert_eq!(log_in(&world, "4711").await.status(), 401, "another subject under the same signature");
}
