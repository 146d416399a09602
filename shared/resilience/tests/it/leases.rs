use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use async_trait::async_trait;
use event_store::ops::MemoryOps;
use event_store::{Ops, OpsItem, StorageError};
use proptest::prelude::*;
use resilience::{Drawn, Leases, Limiter, Rate};
use testkit::{ManualClock, NoWait};

/// A table that counts who asks, and is away at times.
#[derive(Default)]
struct Table {
    items: MemoryOps,
    away: AtomicBool,
    asked: AtomicUsize,
}

#[async_trait]
impl Ops for Table {
    async fn put(&self, item: OpsItem) -> Result<(), StorageError> {
        self.items.put(item).await
    }

    async fn put_new(&self, item: OpsItem) -> Result<bool, StorageError> {
        self.items.put_new(item).await
    }

    async fn replace(&self, item: OpsItem, before: &str) -> Result<bool, StorageError> {
        self.items.replace(item, before).await
    }

    async fn get(&self, pk: &str, sk: &str) -> Result<Option<OpsItem>, StorageError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if self.away.load(Ordering::SeqCst) {
            return Err(StorageError::Unavailable { operation: "ops.get", source: "it is away".into() });
        }
        self.items.get(pk, sk).await
    }

    async fn present(&self, keys: &[(String, String)]) -> Result<Vec<bool>, StorageError> {
        self.items.present(keys).await
    }

    async fn list(&self, pk: &str, limit: usize) -> Result<Vec<OpsItem>, StorageError> {
        self.items.list(pk, limit).await
    }

    async fn delete(&self, pk: &str, sk: &str) -> Result<(), StorageError> {
        self.items.delete(pk, sk).await
    }
}

struct World {
    table: Arc<Table>,
    clock: Arc<ManualClock>,
}

impl World {
    fn new() -> Self {
        Self { table: Arc::default(), clock: Arc::default() }
    }

    /// What one instance has.
    fn instance(&self) -> Leases {
        let limiter = Limiter::new(self.table.clone(), self.clock.clone(), "main".parse().unwrap());
        Leases::new(limiter, self.clock.clone(), Arc::new(NoWait))
    }

    fn asked(&self) -> usize {
        self.table.asked.load(Ordering::SeqCst)
    }
}

/// A hundred at once, one more every 100 ms: shares of five.
const RATE: Rate = Rate { burst: 100, every_ms: 100 };

async fn takes(leases: &Leases) -> bool {
    matches!(leases.take("a", RATE).await.unwrap(), Drawn::Taken { .. })
}

#[tokio::test]
async fn who_asks_seldom_costs_no_call_and_who_asks_often_one_for_each_share() {
    let world = World::new();
    let leases = world.instance();
    for left in (95..100).rev() {
        assert_eq!(leases.take("a", RATE).await.unwrap(), Drawn::Taken { left });
    }
    assert_eq!(world.asked(), 0);
    for left in (90..95).rev() {
        assert_eq!(
            leases.take("a", RATE).await.unwrap(),
            Drawn::Taken { left },
            "the table was told of all ten"
        );
    }
    assert_eq!(world.asked(), 1);
    world.clock.advance_ms(60_000);
    for _ in 0..5 {
        assert!(takes(&leases).await);
    }
    assert_eq!(world.asked(), 1, "what was left of a share a minute ago is given up");
}

#[tokio::test]
async fn an_empty_bucket_refuses_and_is_not_asked_again_before_it_can_have_something() {
    let world = World::new();
    let (one, other) = (world.instance(), world.instance());
    let mut taken = 0;
    for _ in 0..80 {
        taken += usize::from(takes(&one).await) + usize::from(takes(&other).await);
    }
    assert!(
        (100..=110).contains(&taken),
        "{taken}: what the bucket holds, and a share on credit for each instance"
    );
    let asked = world.asked();
    let Drawn::Wait { wait_ms } = one.take("a", RATE).await.unwrap() else { panic!("it is empty") };
    assert!((1..=500).contains(&wait_ms), "{wait_ms}");
    assert_eq!(world.asked(), asked);
    world.clock.advance_ms(wait_ms);
    assert!(takes(&one).await);
    assert!(
        matches!(other.take("b", RATE).await.unwrap(), Drawn::Taken { .. }),
        "another bucket is another matter"
    );
}

#[tokio::test]
async fn a_table_that_is_away_is_told_of_and_not_asked_each_time() {
    let world = World::new();
    let leases = world.instance();
    world.table.away.store(true, Ordering::SeqCst);
    let (mut taken, mut untold) = (0, 0);
    for _ in 0..50 {
        match leases.take("a", RATE).await {
            Ok(Drawn::Taken { .. }) => taken += 1,
            Ok(Drawn::Wait { .. }) => panic!("nobody knows that"),
            Err(_) => untold += 1,
        }
    }
    assert_eq!((taken, untold, world.asked()), (41, 9, 9), "one in five asks");
    world.table.away.store(false, Ordering::SeqCst);
    assert!(takes(&leases).await);
}

proptest! {
    /// However many instances ask whenever: never more than the rate allows, and a share for each instance and minute.
    #[test]
    fn instances_together_take_no_more_than_the_rate_and_their_credit(
        burst in 1_u32..200, every_ms in 1_u32..2_000, instances in 1_usize..4,
        steps in prop::collection::vec((0_i64..3_000, 0_usize..4), 1..300),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let checked: Result<(), TestCaseError> = runtime.block_on(async {
            let (world, rate) = (World::new(), Rate { burst, every_ms });
            let leases: Vec<Leases> = (0..instances).map(|_| world.instance()).collect();
            let share = i64::from((burst / 20).clamp(1, 50));
            let (mut passed_ms, mut taken) = (0_i64, 0_i64);
            for (pause_ms, which) in steps {
                world.clock.advance_ms(pause_ms);
                passed_ms += pause_ms;
                let drawn = leases[which % instances].take("a", rate).await.unwrap();
                taken += i64::from(matches!(drawn, Drawn::Taken { .. }));
                let allowed = i64::from(burst) + passed_ms / i64::from(every_ms) + 1;
                let credit = share * i64::try_from(instances).unwrap() * (passed_ms / 60_000 + 1);
                prop_assert!(taken <= allowed + credit, "{taken} of {allowed} and {credit}");
            }
            Ok(())
        });
        checked?;
    }
}
