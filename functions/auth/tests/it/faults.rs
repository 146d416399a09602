//! What happens when something auth needs does not work.

use std::sync::Arc;

use async_trait::async_trait;
use event_store::{AppendError, Commit, CommitLog, CommitRef, Guard, LoadFrom, LogError, StreamId};
use http::StatusCode;
use kernel::{Tenant, Timestamp};
use serde_json::json;
use testkit::{Fate, FaultyLog, Operation};

use crate::world::{PASSWORD, World};

/// A world whose n-th call of this kind on the log has this fate.
fn world(operation: Operation, nth: usize, fate: Fate) -> World {
    World::on(move |log| {
        Arc::new(FaultyLog::new(log, move |call| {
            if call.operation == operation && call.nth == nth { fate } else { Fate::Pass }
        })) as Arc<dyn CommitLog>
    })
}

#[tokio::test]
async fn a_login_without_the_log_is_answered_with_503_and_not_with_a_refusal() {
    // Creating Asha takes the first look at the guard.
    let world = world(Operation::GuardHolder, 2, Fate::FailBefore);
    world.create_asha(&["trader"]).await;
    let answer = world.log_in("asha@example.com", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.header("retry-after"), "1");
    assert!(!answer.json().to_string().contains("injected"), "{}", answer.json());
    assert!(world.ops.items().is_empty(), "a failure of ours is no failure of theirs");
    assert_eq!(world.log_in("asha@example.com", PASSWORD).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_login_without_a_signature_is_answered_with_503() {
    let world = World::with_asha(&["trader"]).await;
    world.signer.set_broken(true);
    let answer = world.log_in("asha@example.com", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!answer.json().to_string().contains("keeper"), "{}", answer.json());
}

#[tokio::test]
async fn a_user_is_created_once_whatever_becomes_of_the_write() {
    for fate in [Fate::FailBefore, Fate::FailAfter, Fate::Twice, Fate::Late(1), Fate::Late(2), Fate::Late(3)]
    {
        let world = world(Operation::Append, 1, fate);
        let answer = world.create_asha(&["trader"]).await;
        assert!(answer["ok"]["userId"].is_string(), "{fate:?} {answer}");
        assert_eq!(world.create_asha(&["trader"]).await["ok"]["userId"], answer["ok"]["userId"], "{fate:?}");
        assert_eq!(world.commits().len(), 1, "{fate:?}");
        assert_eq!(world.log_in("asha@example.com", PASSWORD).await.status, StatusCode::OK, "{fate:?}");
    }
}

/// A log whose answers about guards take a while: what they say may be over by then.
struct SlowReader(Arc<dyn CommitLog>);

#[async_trait]
impl CommitLog for SlowReader {
    async fn guard_holder(&self, tenant: &Tenant, key: &str) -> Result<Option<String>, LogError> {
        let holder = self.0.guard_holder(tenant, key).await;
        tokio::task::yield_now().await;
        holder
    }

    async fn load(&self, stream: &StreamId, from: LoadFrom<'_>) -> Result<Vec<Commit>, LogError> {
        self.0.load(stream, from).await
    }

    async fn append(&self, commit: &Commit) -> Result<(), AppendError> {
        self.0.append(commit).await
    }

    async fn append_guarded(&self, commit: &Commit, guards: &[Guard]) -> Result<(), AppendError> {
        self.0.append_guarded(commit, guards).await
    }

    async fn committed_between(
        &self,
        from: Timestamp,
        to: Timestamp,
        limit: usize,
    ) -> Result<Vec<CommitRef>, LogError> {
        self.0.committed_between(from, to, limit).await
    }

    async fn read(&self, stream: &StreamId, first: u64) -> Result<Option<Commit>, LogError> {
        self.0.read(stream, first).await
    }
}

#[tokio::test]
async fn of_two_who_take_an_address_at_once_one_gets_it() {
    // Both find the address free before either writes.
    let world = World::on(|log| Arc::new(SlowReader(log)));
    let user = |name: &str| {
        json!({
            "kind": "create-user",
            "email": "asha@example.com",
            "name": name,
            "password": PASSWORD,
            "roles": ["trader"],
        })
    };
    let (one, other) =
        futures_util::future::join(world.invoke(user("Asha")), world.invoke(user("Usha"))).await;
    assert_eq!(one["ok"]["created"], true, "{one}");
    assert_eq!(other["error"]["code"], "conflict", "{other}");
    assert_eq!(world.commits().len(), 1);
}

#[tokio::test]
async fn an_operator_is_told_to_try_again_and_no_more() {
    let world = world(Operation::GuardHolder, 1, Fate::FailBefore);
    let answer = world.create_asha(&["trader"]).await;
    assert_eq!(answer["error"]["code"], "unavailable");
    assert!(!answer.to_string().contains("injected"), "{answer}");
}
