//! How the copy follows the owner's facts.

use std::sync::Arc;

use directory::{Answer, Description, Directory, Known, MemoryOwner, Reference};
use event_store::views::MemoryViews;
use proptest::prelude::*;

use crate::{ThingId, somebody, thing};

/// One fact about a thing, with its place in the thing's stream.
#[derive(Debug, Clone)]
enum Fact {
    Described(u128, &'static str, Vec<&'static str>, u64),
    Led(u128, Option<u128>, u64),
    Withdrawn(u128, &'static str, u64),
}

/// A thing that was renamed twice, merged, unmerged and merged again; the one it leads to; and one that leads to the first.
fn facts() -> Vec<Fact> {
    vec![
        Fact::Described(1, "First", vec![], 1),
        Fact::Described(1, "Second", vec!["First"], 2),
        Fact::Led(1, Some(2), 3),
        Fact::Led(1, None, 4),
        Fact::Described(1, "Third", vec!["First", "Second"], 5),
        Fact::Led(1, Some(2), 6),
        Fact::Described(2, "Other", vec!["Another"], 1),
        Fact::Described(3, "Far", vec![], 1),
        Fact::Led(3, Some(1), 2),
    ]
}

async fn hear(directory: &Directory<ThingId>, fact: &Fact) {
    let tenant = somebody().tenant;
    match fact {
        Fact::Described(id, name, others, sequence) => {
            let others = others.iter().map(|name| name.parse().unwrap()).collect();
            let names = Description { name: name.parse().unwrap(), others };
            directory.describe(&tenant, thing(*id), &names, *sequence).await.unwrap();
        }
        Fact::Withdrawn(id, name, sequence) => {
            let names = Description { name: name.parse().unwrap(), others: Vec::new() };
            directory.withdraw(&tenant, thing(*id), &names, *sequence).await.unwrap();
        }
        Fact::Led(id, into, sequence) => {
            directory.lead(&tenant, thing(*id), into.map(thing), *sequence).await.unwrap();
        }
    }
}

fn empty() -> (Directory<ThingId>, Arc<MemoryOwner<ThingId>>) {
    let owner = Arc::new(MemoryOwner::new(|_, _| thing(99)));
    (Directory::new("things", Arc::new(MemoryViews::default()), owner.clone()), owner)
}

async fn find(directory: &Directory<ThingId>, names: &[&str]) -> Vec<Answer<ThingId>> {
    let references: Vec<_> = names.iter().map(|name| Reference::Name(name.parse().unwrap())).collect();
    directory.find(&somebody(), &references).await.unwrap()
}

fn known(id: u128, name: &str) -> Answer<ThingId> {
    Answer::Known(Known { id: thing(id), name: name.parse().unwrap() })
}

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn facts_in_any_order_and_more_than_once_come_to_the_same(
        order in Just((0..facts().len()).chain(0..facts().len()).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        run(async {
            let (directory, owner) = empty();
            let facts = facts();
            for position in order {
                hear(&directory, &facts[position]).await;
            }
            let all = find(&directory, &["first", "SECOND", "Third", "another", "far"]).await;
            assert_eq!(all, vec![known(2, "Other"); 5]);
            let by_id = [1, 2, 3].map(|id| Reference::Id(thing(id)));
            let by_id = directory.find(&somebody(), &by_id).await.unwrap();
            assert_eq!(by_id, vec![known(2, "Other"); 3]);
            assert_eq!(owner.take_asked(), []);
        });
    }

    #[test]
    fn what_was_withdrawn_is_asked_of_the_owner_whatever_came_last_and_stands_again_when_it_is_described(
        order in Just(vec![0_usize, 1, 2, 0, 1, 2]).prop_shuffle(),
    ) {
        run(async {
            let (directory, owner) = empty();
            // The name of what was withdrawn is another's by now, who has a younger stream.
            owner.enter(&Known { id: thing(2), name: "Second".parse().unwrap() });
            owner.enter(&Known { id: thing(2), name: "First".parse().unwrap() });
            let facts = [
                Fact::Described(1, "First", vec![], 1),
                Fact::Withdrawn(1, "First", 2),
                Fact::Described(2, "Second", vec!["First"], 1),
            ];
            for position in order {
                hear(&directory, &facts[position]).await;
            }
            let by_id = directory.find(&somebody(), &[Reference::Id(thing(1))]).await.unwrap();
            assert_eq!(by_id, [Answer::Unknown(vec![])]);
            let found = find(&directory, &["first"]).await;
            assert!(matches!(&found[0], Answer::Known(known) if known.id == thing(2)), "{found:?}");
        });
    }
}

#[tokio::test]
async fn what_was_withdrawn_and_is_described_again_is_known_again() {
    let (directory, owner) = empty();
    hear(&directory, &Fact::Described(1, "One", vec![], 1)).await;
    hear(&directory, &Fact::Withdrawn(1, "One", 2)).await;
    assert_eq!(find(&directory, &["one"]).await, [Answer::Unknown(vec![])]);
    hear(&directory, &Fact::Described(3, "Three", vec![], 1)).await;
    hear(&directory, &Fact::Led(3, Some(1), 2)).await;
    assert_eq!(find(&directory, &["three"]).await, [Answer::Unknown(vec![])], "it leads to nobody");
    assert_eq!(owner.take_asked().len(), 2);
    hear(&directory, &Fact::Described(1, "One", vec![], 3)).await;
    assert_eq!(find(&directory, &["one", "three"]).await, [known(1, "One"), known(1, "One")]);
    assert_eq!(owner.take_asked(), []);
}

#[tokio::test]
async fn what_is_merged_in_a_circle_stands_for_itself() {
    let (directory, owner) = empty();
    for fact in [
        Fact::Described(1, "One", vec![], 1),
        Fact::Described(2, "Two", vec![], 1),
        Fact::Led(1, Some(2), 2),
        Fact::Led(2, Some(1), 2),
    ] {
        hear(&directory, &fact).await;
    }
    assert_eq!(find(&directory, &["one", "two"]).await, [known(1, "One"), known(2, "Two")]);
    assert_eq!(owner.take_asked(), []);
}

#[tokio::test]
async fn only_what_is_not_known_here_is_asked_once_for_each() {
    let (directory, owner) = empty();
    hear(&directory, &Fact::Described(1, "One", vec![], 1)).await;
    owner.enter(&Known { id: thing(5), name: "Five".parse().unwrap() });
    let answers = find(&directory, &["One", "five", "FIVE", "Six"]).await;
    assert_eq!(answers[..3], [known(1, "One"), known(5, "Five"), known(5, "Five")]);
    assert!(matches!(answers[3], Answer::Unknown(_)));
    let asked: Vec<String> = owner.take_asked().into_iter().map(|asked| asked.reference).collect();
    assert_eq!(asked, ["five", "Six"]);
    // A lead whose end is not known here is followed by the owner.
    hear(&directory, &Fact::Led(1, Some(7), 2)).await;
    owner.enter(&Known { id: thing(7), name: "One".parse().unwrap() });
    assert_eq!(find(&directory, &["one"]).await, [known(7, "One")]);
}

#[tokio::test]
async fn whoever_is_entered_twice_is_entered_once() {
    let (directory, owner) = empty();
    let (one, other) = ("Six".parse().unwrap(), "SIX".parse().unwrap());
    let entered = directory.enter(&somebody(), &[(&one, "buyer"), (&other, "seller")]).await.unwrap();
    let six = Known { id: thing(99), name: "Six".parse().unwrap() };
    assert_eq!(entered, [six.clone(), six]);
    assert_eq!(owner.take_asked().len(), 1);
}
