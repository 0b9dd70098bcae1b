//! A failing provider: the run ends, and is complete only if every agent was read.

use j1::testing::{Double, Fault, Ran, Run};
use sentinelone::SentinelOne;
use sentinelone::entities::Agent;
use serde_json::json;

use crate::{AGENTS, GROUPS, LIST, agent, config, console, group};

/// A console with 250 agents, three pages of them.
fn provider() -> Double {
    console().list(GROUPS, LIST, [group()]).list(AGENTS, LIST, (1000..1250).map(agent))
}

async fn collected(provider: &Double) -> Ran {
    let ran = Run::<SentinelOne>::provider(provider.http()).config(config()).collect().await;
    provider.assert_asked();
    ran
}

#[tokio::test(start_paused = true)]
async fn temporary_failures_are_waited_for() {
    for fault in [Fault::Status(503), Fault::SlowDown { seconds: 40 }, Fault::Reset] {
        let ran = collected(&provider().fault(AGENTS, 2, fault.clone())).await;
        ran.assert_complete();
        assert_eq!(ran.graph.of::<Agent>().len(), 250, "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn lasting_failures_leave_the_agents_partial() {
    let faults = [
        Fault::Status(403),
        Fault::Status(404),
        Fault::Reset,
        Fault::Truncated,
        Fault::Body(
            json!({ "errors": [{ "code": 5_000_010, "detail": null, "title": "Server could not process" }] }),
        ),
        Fault::Body(json!({ "data": null, "pagination": { "totalItems": 0, "nextCursor": null } })),
    ];
    for fault in faults {
        let ran = collected(&provider().always(AGENTS, fault.clone())).await;
        assert!(!ran.partial("sentinelone_agent").is_empty(), "{fault:?}");
        assert!(!ran.partial("sentinelone_agent_protects_device").is_empty(), "{fault:?}");
        assert!(ran.graph.of::<Agent>().is_empty(), "{fault:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_cursor_that_leads_back_is_not_the_end() {
    let ran = collected(&provider().fault(AGENTS, 2, Fault::Again)).await;
    assert!(!ran.partial("sentinelone_agent").is_empty());
    assert_eq!(ran.graph.of::<Agent>().len(), 100, "the first page");
}

#[tokio::test]
async fn fewer_agents_than_the_console_counts_are_not_all() {
    let short = json!({ "data": [agent(1000)], "pagination": { "totalItems": 250, "nextCursor": null } });
    let ran = collected(&provider().always(AGENTS, Fault::Body(short))).await;
    let reason = ran.partial("sentinelone_agent");
    assert!(reason.contains("250") && reason.contains("1 of them"), "{reason}");
}
