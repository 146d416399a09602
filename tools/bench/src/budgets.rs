//! The budgets of the design, each with what was measured.

use std::fmt::Write as _;

use anyhow::Result;

use crate::measure::Figures;
use crate::report::{Row, ms, tenths, times};

/// 6.5 MiB with one SDK client, and 0.4 MiB for each further one.
const BINARY_BYTES: u64 = 6_815_744;
const CLIENT_BYTES: u64 = 419_430;
const MIB: u64 = 1_048_576;
/// 12 MiB.
const RSS_KIB: u64 = 12_288;
/// A warm invocation's processor time.
const WARM_CPU_US: u64 = 1_000;
/// The first invocation against a warm one, both at 128 MB.
const FIRST_OVER_WARM: u64 = 3;

/// Why binaries miss their budget; to be corrected when the sections or symbols of a build say something else.
const SIZE_CAUSE: &str = "The budget for binaries counts clients only. In the code of `deal` a further client takes 0.1 to 0.3 MiB, as \
budgeted; beside the clients stand the system's own crates with 0.8 MiB, axum, serde_json and schemars with 0.5 MiB, and HTTP/2 with 0.5 MiB, \
which the SDK's HTTP client links and no call uses. Comparing names (tables of Unicode), filters and sums of lists, and the import \
brought 0.6 MiB more; since then the directory of parties with the client that asks for them, rebuilding of views, `fsck` and taking imports \
back another 1.3 MiB, and `deal` and `inventory` above their budget of memory. Tables for unwinding (1.4 MiB) and relocation (1.0 MiB) are in \
every binary: unwinding stays because a panic must fail its record and not the process. To look again:

```sh
CARGO_PROFILE_RELEASE_STRIP=none cargo build --release -p deal
nm -S --size-sort -C target/release/deal | tail -50; readelf -SW target/release/deal
```
";

/// Why a warm invocation takes more than its calls.
const WARM_CAUSE: &str = "The reference for a warm invocation is `hello` and its calls, each as cheap as `hello-sdk`'s read of an absent item. The \
counted instructions, which do not vary as times do, say what comes on top: of the 2.3 M of `POST /v1/deals`, 1.0 M are that reference; the \
rest is a write of 2 KB to sign and encrypt, and the function's own work: the caller's rights, the strict body, looking up product and parties, the \
decision, canonical JSON and the hash chain, the log line.
";

/// The names of the two lines the others are compared with.
const HELLO: &str = "hello";
const HELLO_SDK: &str = "hello-sdk";

/// The budget table.
pub(crate) fn section(rows: &[Row]) -> Result<String> {
    let mut page = String::from("## Budgets\n\n| function | budget | measured | |\n|---|---|--:|---|\n");
    let (mut oversized, mut over_reference) = (false, false);
    let find = |name| rows.iter().find(|(subject, _)| subject.name == name).map(|(_, figures)| figures);
    for (subject, figures) in rows.iter().filter(|(subject, _)| ![HELLO, HELLO_SDK].contains(&subject.name)) {
        let mut line = |budget: String, measured: String, held: Option<bool>| {
            let verdict = match held {
                Some(true) => "held",
                Some(false) => "**missed**",
                None => "not available",
            };
            writeln!(page, "| {} {} | {budget} | {measured} | {verdict} |", subject.name, subject.asks)
        };
        let binary_bytes = BINARY_BYTES + CLIENT_BYTES * subject.clients.saturating_sub(1);
        oversized |= figures.binary_bytes > binary_bytes;
        line(
            format!("binary ≤ {} MiB ({} SDK clients)", tenths(binary_bytes * 10 / MIB), subject.clients),
            format!("{} MiB", tenths(figures.binary_bytes * 10 / MIB)),
            Some(figures.binary_bytes <= binary_bytes),
        )?;
        line(
            "RSS ≤ 12 MiB".to_owned(),
            format!("{} MiB", tenths(figures.rss_kib * 10 / 1_024)),
            Some(figures.rss_kib <= RSS_KIB),
        )?;
        let shared = figures.first_shared_us.zip(figures.warm_shared_p50_us);
        line(
            "first ≤ 3 × warm p50, at 128 MB".to_owned(),
            times(shared),
            shared.map(|(first, warm)| first <= FIRST_OVER_WARM * warm),
        )?;
        line(
            "warm CPU < 1 ms".to_owned(),
            ms(figures.warm_cpu_us),
            figures.warm_cpu_us.map(|used| used < WARM_CPU_US),
        )?;
        let reference =
            find(HELLO).zip(find(HELLO_SDK)).and_then(|(hello, sdk)| reference(hello, sdk, figures));
        let held = figures.warm_cpu_us.zip(reference).map(|(used, reference)| used * 100 <= reference * 125);
        over_reference |= held == Some(false);
        line(
            "warm CPU ≤ 1.25 × (hello + n × one SDK call)".to_owned(),
            times(figures.warm_cpu_us.zip(reference)),
            held,
        )?;
    }
    if over_reference {
        write!(page, "\n{WARM_CAUSE}")?;
    }
    if oversized {
        write!(page, "\n{SIZE_CAUSE}")?;
    }
    Ok(page)
}

/// `hello` plus as many SDK calls as the function makes.
fn reference(hello: &Figures, sdk: &Figures, figures: &Figures) -> Option<u64> {
    let (hello, sdk) = (hello.warm_cpu_us?, sdk.warm_cpu_us?);
    Some(hello + sdk.saturating_sub(hello) * figures.calls_hundredths / 100)
}
