//! Whether the time of an answer tells what its words keep back: whether there is such a user, whether there is such a deal at
//! another firm.

use std::fmt::Write as _;
use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::report::ms;
use crate::runtime_api::RuntimeApi;
use crate::subject::{Place, Subject};
use crate::subjects;

/// Tries of each kind before any is measured, and those that are.
const SETTLE: usize = 50;
const TRIES: usize = 1_000;
/// What the share of slower pairs is by chance alone, in thousandths: half, give or take three standard errors, each of which is
/// `sqrt((n + m + 1) / (12 n m))` = 1.3 % for twice 1,000 tries (H. B. Mann and D. R. Whitney, 1947).
const BY_CHANCE: std::ops::RangeInclusive<usize> = 461..=539;

/// Two requests whose answers must not differ.
struct Pair {
    asks: &'static str,
    nobody: &'static str,
    somebody: &'static str,
    status: u16,
    /// The events of a try.
    events: Box<dyn Fn(usize) -> [Value; 2]>,
}

/// How long the answers took, in microseconds, in order.
pub(crate) struct Told {
    asks: &'static str,
    nobody: (&'static str, Vec<u64>),
    somebody: (&'static str, Vec<u64>),
}

/// Measures all pairs.
pub(crate) async fn run(place: &Place, token: &str) -> Result<Vec<Told>> {
    let mut auth = Function::start(&subjects::auth(token)?, place).await?;
    eprintln!("measuring whether logins tell who is a user");
    for n in 0..SETTLE + TRIES {
        auth.ask(&user(n)?, 201).await?;
    }
    let mut all = vec![measure(&mut auth, &logins()?).await?];
    eprintln!("measuring whether answers tell what another firm has");
    let mut deal = Function::start(&subjects::deal(), place).await?;
    for known in ["deal/on-product-created", "deal/on-party-created"] {
        deal.invoke(&subjects::recorded(known)?).await?;
    }
    let mut registered = subjects::recorded("deal/register")?;
    registered["headers"]["idempotency-key"] = "bench-secrecy".into();
    let made = deal.ask(&registered, 202).await?;
    all.push(measure(&mut deal, &foreign("`GET /v1/deals/{id}`", "deal/get", &made)?).await?);
    let mut inventory = Function::start(&subjects::inventory(), place).await?;
    let mut product = subjects::recorded("inventory/create-product")?;
    product["headers"]["idempotency-key"] = "bench-secrecy".into();
    let made = inventory.ask(&product, 201).await?;
    all.push(
        measure(&mut inventory, &foreign("`GET /v1/products/{id}`", "inventory/create-product", &made)?)
            .await?,
    );
    Ok(all)
}

/// A running function.
struct Function {
    api: RuntimeApi,
    _process: tokio::process::Child,
}

impl Function {
    async fn start(subject: &Subject, place: &Place) -> Result<Self> {
        let mut api = RuntimeApi::start().await?;
        let process = subject.spawn(place, &api.address(), &[], None, Stdio::inherit())?;
        api.ready().await?;
        Ok(Self { api, _process: process })
    }

    async fn invoke(&mut self, event: &Value) -> Result<(Value, u64)> {
        let (answer, elapsed_us) = self.api.invoke(event.to_string().into()).await?;
        Ok((serde_json::from_slice(&answer)?, elapsed_us))
    }

    /// The body of an answer with this status, as it is.
    async fn ask(&mut self, event: &Value, status: u16) -> Result<Value> {
        let mut event = event.clone();
        event["headers"]["accept-encoding"] = "identity".into();
        let (answer, _) = self.invoke(&event).await?;
        ensure!(answer["statusCode"] == status, "unexpected answer {answer}");
        Ok(serde_json::from_str(answer["body"].as_str().context("no body")?)?)
    }
}

/// One after the other, and the other way round in the next try, so that whatever else the machine does meets both alike.
async fn measure(function: &mut Function, pair: &Pair) -> Result<Told> {
    let mut times = [Vec::with_capacity(TRIES), Vec::with_capacity(TRIES)];
    for n in 0..SETTLE + TRIES {
        let events = (pair.events)(n);
        let order = if n % 2 == 0 { [0, 1] } else { [1, 0] };
        for which in order {
            let (Some(event), Some(times)) = (events.get(which), times.get_mut(which)) else { continue };
            let (answer, elapsed_us) = function.invoke(event).await?;
            ensure!(answer["statusCode"] == pair.status, "{}: unexpected answer {answer}", pair.asks);
            if n >= SETTLE {
                times.push(elapsed_us);
            }
        }
    }
    let [mut nobody, mut somebody] = times;
    nobody.sort_unstable();
    somebody.sort_unstable();
    Ok(Told { asks: pair.asks, nobody: (pair.nobody, nobody), somebody: (pair.somebody, somebody) })
}

fn user(n: usize) -> Result<Value> {
    let mut event = subjects::recorded("auth/open-account")?;
    event["headers"]["idempotency-key"] = format!("bench-{n}").into();
    let body = json!({ "email": email("member", n), "name": "Member", "password": "first-password-of-usha", "roles": ["trader"] });
    event["body"] = body.to_string().into();
    Ok(event)
}

fn email(kind: &str, n: usize) -> String {
    format!("{kind}-{n}@bench.example")
}

/// Each as somebody else from somewhere else: nobody is made to wait.
fn logins() -> Result<Pair> {
    let event = subjects::recorded("auth/login")?;
    let login = move |kind: &str, network: u8, n: usize| {
        let mut event = event.clone();
        event["requestContext"]["http"]["sourceIp"] = format!("10.{network}.{}.{}", n / 256, n % 256).into();
        let body = json!({ "email": email(kind, n), "password": "another-password-of-usha" });
        event["body"] = body.to_string().into();
        event
    };
    Ok(Pair {
        asks: "`POST /v1/auth/login`",
        nobody: "an unknown user",
        somebody: "a wrong password",
        status: 401,
        events: Box::new(move |n| [login("absent", 1, n), login("member", 2, n)]),
    })
}

/// What `made` shows, asked for by another firm.
fn foreign(asks: &'static str, recorded: &str, made: &Value) -> Result<Pair> {
    let id = made["id"].as_str().with_context(|| format!("no id in {made}"))?.to_owned();
    let (kind, digits) = id.split_once('_').context("no kind in an id")?;
    let absent = format!("{kind}_{}", digits.chars().rev().collect::<String>());
    let event = subjects::recorded(recorded)?;
    let get = move |id: &str, collection: &str| {
        let mut event = event.clone();
        let path = format!("/v1/{collection}/{id}");
        event["rawPath"] = path.clone().into();
        event["requestContext"]["http"]["path"] = path.into();
        event["requestContext"]["http"]["method"] = "GET".into();
        event["requestContext"]["authorizer"]["lambda"]["tenant"] = "other".into();
        event["body"] = Value::Null;
        event["pathParameters"] = json!({ "proxy": id });
        event
    };
    let collection = format!("{kind}s");
    Ok(Pair {
        asks,
        nobody: "an id that nothing has",
        somebody: "an id of another firm",
        status: 404,
        events: Box::new(move |_| [get(&absent, &collection), get(&id, &collection)]),
    })
}

/// Of all pairs of a try with somebody and a try with nobody, those in which the former takes longer, in thousandths; as long counts
/// half.
fn share(nobody: &[u64], somebody: &[u64]) -> usize {
    let halves: usize = somebody
        .iter()
        .map(|time| {
            nobody.partition_point(|other| other < time) + nobody.partition_point(|other| other <= time)
        })
        .sum();
    halves * 1_000 / (2 * nobody.len() * somebody.len()).max(1)
}

/// The table.
pub(crate) fn section(all: &[Told]) -> Result<String> {
    let mut page = String::from(
        "## What the time of an answer tells\n\nThese answers are alike, word for word. Were their times not, who measures them would know \
         what they keep back. *Slower* is the share of all pairs of tries in which the second kind takes longer: 50 % tells nothing.\n\n\
         | asks | kinds | p50 | p99 | slower | |\n|---|---|--:|--:|--:|---|\n",
    );
    for told in all {
        let at = |times: &[u64], percent: usize| ms(times.get(times.len() * percent / 100).copied());
        let ((nobody, first), (somebody, second)) = (&told.nobody, &told.somebody);
        let share = share(first, second);
        let verdict = if BY_CHANCE.contains(&share) { "held" } else { "**missed**" };
        writeln!(
            page,
            "| {} | {nobody}; {somebody} | {}; {} | {}; {} | {}.{} % | {verdict} |",
            told.asks,
            at(first, 50),
            at(second, 50),
            at(first, 99),
            at(second, 99),
            share / 10,
            share % 10,
        )?;
    }
    write!(
        page,
        "\n{TRIES} tries of each kind, in turns. Budget: as by chance, 50 ± 3.9 %, which is three standard errors.\n"
    )?;
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_pairs_are_slower_when_times_are_alike() {
        assert_eq!(share(&[1, 2, 3], &[1, 2, 3]), 500);
        assert_eq!(share(&[5; 10], &[5; 7]), 500);
    }

    #[test]
    fn a_difference_shows_in_the_share() {
        assert_eq!(share(&[1, 2], &[3, 4]), 1_000);
        assert_eq!(share(&[3, 4], &[1, 2]), 0);
        assert_eq!(share(&[1, 3], &[2, 4]), 750);
    }
}
