//! `GET`, `PUT /v1/preferences`

use axum::extract::State;
use event_store::Stream;
use http_kit::{
    Access, Caller, Changing, ETag, IfNoneMatch, Items, Parsed, Problem, Reply, Route, Routes, request_body,
};
use notification_domain::Preferences;
use notification_domain::preferences::{DigestTimes, MOST_TIMES, QuietHours, TimeOfDay};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::subscriptions::AudienceChoice;
use super::{Api, changing, errors};
use crate::commands::replace_preferences;
use crate::preferences_stream;

request_body! {
    /// The hours of every day in which an audience is told nothing of deals, at most twelve.
    pub struct QuietHoursBody {
        /// Of which audience.
        pub audience: AudienceChoice,
        /// From when on, in `Asia/Kolkata`.
        pub from: Parsed<TimeOfDay>,
        /// Until when; on the next day, when that is earlier.
        pub until: Parsed<TimeOfDay>,
    }
}

request_body! {
    /// The times of every day at which an audience is told of deals, all at once.
    pub struct DigestBody {
        /// Of which audience.
        pub audience: AudienceChoice,
        /// When, in `Asia/Kolkata`.
        pub at: Items<Parsed<TimeOfDay>, 1, MOST_TIMES>,
    }
}

request_body! {
    /// How people want to be told.
    pub struct ReplacePreferences {
        /// When they want to hear nothing; an audience that is not named is told at any hour.
        pub quiet_hours: Items<QuietHoursBody, 0, 3>,
        /// Who is told by digest; an audience that is not named is told of each deal as it is decided.
        pub digests: Option<Items<DigestBody, 0, 3>>,
    }
}

/// How people want to be told.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PreferencesView {
    /// When they want to hear nothing.
    quiet_hours: Vec<QuietHours>,
    /// Who is told by digest, and when.
    digests: Vec<DigestTimes>,
    /// Version of the preferences, as in the `ETag`; 0 before they are said for the first time.
    version: u64,
}

impl PreferencesView {
    fn of(stream: &Stream<Preferences>) -> Self {
        let preferences = stream.state();
        Self {
            quiet_hours: preferences.quiet_hours().to_vec(),
            digests: preferences.digests().to_vec(),
            version: stream.version(),
        }
    }
}

pub(super) fn add_to(routes: Routes<Api>) -> Routes<Api> {
    routes
        .add(
            Route::get("/v1/preferences")
                .access(Access::Requires("notification:read"))
                .summary("How people want to be told")
                .answers::<PreferencesView>(200, "The quiet hours and the digest of each audience.")
                .handler(show),
        )
        .add(
            Route::put("/v1/preferences")
                .access(Access::Requires("notification:write"))
                .summary("Say how people want to be told")
                .description(
                    "News of deals wait until quiet hours are over, and then leave in their order; what else is sent to the \
                     same address in the meantime waits behind them. An audience with a digest is told of deals in one \
                     message, a line each, at the times named; whoever a deal is told to besides is told at once. It \
                     takes effect within a minute. In which order \
                     channels are tried, each recipient says for themselves.",
                )
                .answers::<PreferencesView>(200, "They are told like this from now on.")
                .example(json!({ "quietHours": [{ "audience": "owners", "from": "21:30", "until": "07:00" }],
                    "digests": [{ "audience": "accounts", "at": ["13:00", "19:00"] }] }))
                .handler(replace),
        )
}

async fn show(State(api): State<Api>, caller: Caller, known: IfNoneMatch) -> Result<Reply, Problem> {
    let notifications = api.notifications_of(&caller);
    let stream = notifications.store.load(&preferences_stream(&notifications.tenant)).await;
    let view = PreferencesView::of(&stream.map_err(|e| errors::unreadable(&e))?);
    Ok(Reply::ok(&view)?.etag(&ETag::version(view.version)).unless_known(&known))
}

async fn replace(State(api): State<Api>, request: Changing<ReplacePreferences>) -> Result<Reply, Problem> {
    let quiet = |body: QuietHoursBody| QuietHours {
        audience: body.audience.into(),
        from: body.from.0,
        until: body.until.0,
    };
    let quiet_hours = request.body.quiet_hours.into_iter().map(quiet).collect();
    let digest = |body: DigestBody| DigestTimes {
        audience: body.audience.into(),
        at: body.at.into_iter().map(|time| time.0).collect(),
    };
    let digests = request.body.digests.into_iter().flatten().map(digest).collect();
    let asked = changing(&request.caller, Some(request.if_match.expected()));
    let notifications = api.notifications_of(&request.caller);
    let replaced = replace_preferences(&notifications, &asked, quiet_hours, digests).await;
    let view = PreferencesView::of(&replaced.map_err(|e| errors::preferences(&e))?.stream);
    Ok(Reply::ok(&view)?.etag(&ETag::version(view.version)))
}
