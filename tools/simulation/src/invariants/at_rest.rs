use crate::world::World;

use super::{deals, delivery, stock, streams, views};

/// What must hold, in words, and what finds out; the error says what does not.
type Check = (&'static str, fn(&World) -> Result<(), String>);

/// Checks everything that must hold when nothing is under way any more; what does not is noted as a violation.
pub fn at_rest(world: &World) {
    let checks: [Check; 11] = [
        ("every stream is gapless and chained", streams::are_chained),
        ("queues, dead letters and parked facts are empty", delivery::nothing_is_left_over),
        ("every commit is marked as published", delivery::every_commit_is_marked),
        ("every fact reached every consumer", delivery::every_fact_was_handled),
        ("every request had one effect", deals::every_intent_has_one_effect),
        ("every accepted deal is decided, and in time", deals::every_deal_is_decided),
        ("deals and stock agree", deals::deals_and_stock_agree),
        ("clients were told the truth", deals::clients_were_told_the_truth),
        ("the books of stock agree with its fold", stock::books_agree_with_the_fold),
        ("what is sold is what is confirmed", stock::sold_is_what_is_confirmed),
        ("every view row is the fold of the log", views::rows_are_the_fold),
    ];
    for (invariant, check) in checks {
        if let Err(detail) = check(world) {
            world.sim.violate(invariant, detail);
        }
    }
}
