//! The page in a real browser: headless Chromium, driven over the `DevTools` protocol.
//!
//! Chromium is not part of a Rust toolchain, so the tests say that they did not run where it is not installed, and fail
//! there if `J1_BROWSER_TESTS` is set, as in CI. `CHROMIUM` names another binary. Screenshots are left in the folder
//! that cargo gives to tests.
#![allow(missing_docs, reason = "tests")]

#[path = "support/browser.rs"]
mod browser;
mod support;

use std::time::Instant;

use browser::Browser;
use serde_json::json;
use support::{Local, entity, has, user};

fn fill(local: &Local) {
    let users = (1..60).map(|n| {
        let mut one = user(&format!("acme:user:{n}"), &format!("User number {n}"));
        one["createdOn"] = json!(1_600_000_000_000_i64 + n * 86_400_000);
        one["emails"] =
            json!([format!("user{n}@example.com"), format!("a-rather-long-alias-of-user-{n}@example.com")]);
        one["active"] = json!(n % 7 != 0);
        one["_rawData"] = json!([{ "name": "default", "rawData": { "id": n } }]);
        one
    });
    let mut entities: Vec<_> = users.collect();
    entities.push(entity("acme_group", "UserGroup", "acme:group:1", "Staff"));
    let edges: Vec<_> = (1..60).map(|n| has("acme:group:1", &format!("acme:user:{n}"))).collect();
    local.client.run("my-instance", &entities, &edges, &[]);
}

#[test]
fn a_person_finds_the_way_from_a_job_to_a_neighbour_at_a_desk_and_on_a_phone() {
    let Some(mut browser) = browser::start() else { return };
    let local = Local::start();
    fill(&local);
    let base = format!("http://{}", local.client.address);
    for (width, height, scheme, name) in
        [(1400, 900, "light", "desk"), (390, 844, "dark", "phone"), (1400, 900, "dark", "desk-dark")]
    {
        browser.size(width, height);
        browser.scheme(scheme);
        browser.open(&format!("{base}/"));
        browser.check(&format!("{name}-overview"));
        browser.follow("Jobs");
        browser.check(&format!("{name}-jobs"));
        browser.follow(" UTC");
        browser.check(&format!("{name}-job"));
        browser.follow("59");
        browser.check(&format!("{name}-changes"));
        browser.follow("Types");
        browser.follow("acme_user");
        browser.check(&format!("{name}-type"));
        browser.follow("User number 1");
        browser.check(&format!("{name}-entity"));
        browser.follow("Staff");
        browser.check(&format!("{name}-neighbour"));
        browser.follow("Query");
        browser.follow("FIND User");
        browser.check(&format!("{name}-query"));
        ask(&mut browser, name);
        browser.follow("Graph");
        browser.check(&format!("{name}-types"));
        browser.follow("Graph of entities");
        browser.until("Boolean(document.querySelector('.stage[data-drawn]'))");
        browser.check(&format!("{name}-graph"));
    }
}

/// Writes a query with the keyboard, with a mistake at first, and looks at its result in every form.
fn ask(browser: &mut Browser, name: &str) {
    browser.focus("here.id === 'q'");
    browser.evaluate("document.activeElement.select()");
    browser.write("FIND acme_gro");
    browser.until("document.querySelectorAll('#words [role=option]').length > 0 && !document.getElementById('words').hidden");
    browser.check(&format!("{name}-completion"));
    browser.key("Enter", 13);
    browser.until("document.getElementById('q').value === 'FIND acme_group'");
    browser.write(" THAT HASS? acme_user");
    browser.until("document.querySelector('.under mark')?.textContent === '?'");
    browser.until("document.getElementById('query-live').textContent.includes('Unexpected token')");
    browser.check(&format!("{name}-error"));
    browser.evaluate("document.activeElement.select()");
    browser.write("FIND acme_group THAT HAS acme_user WITH active = false");
    browser.until("!document.querySelector('.under mark') && document.getElementById('words').hidden");
    browser.control_enter();
    browser.until("location.search.includes('active') && document.readyState === 'complete'");
    browser.follow("JSON");
    browser.check(&format!("{name}-json"));
    browser.until("document.querySelector('pre.tall').textContent.includes('acme:group:1')");
    browser.focus("here.matches('.tabs a') && here.textContent === 'Graph'");
    browser.key("Enter", 13);
    browser.until(
        "location.search.includes('view=graph') && Boolean(document.querySelector('.stage[data-drawn]'))",
    );
    // The group and the users of the path; then the others, from the keyboard.
    browser.until("document.querySelectorAll('.nodes tbody tr').length === 9");
    browser.focus("here.matches('.pick') && here.textContent.includes('Staff')");
    browser.key(" ", 32);
    browser.until("document.querySelector('.chosen').textContent.includes('acme_user 59')");
    browser.check(&format!("{name}-selected"));
    browser.focus("here.textContent === 'Show 51 more'");
    browser.key("Enter", 13);
    browser.until("document.querySelectorAll('.nodes tbody tr').length === 60");
    browser.until("location.search.includes('expand=') && document.querySelector('.chosen').textContent.includes('all shown')");
    browser.check(&format!("{name}-expanded"));
    browser.focus("here.matches('.stage')");
    for (key, code) in [("ArrowLeft", 37), ("+", 187), ("0", 48)] {
        browser.key(key, code);
    }
    browser.open_again();
    browser.until("document.querySelectorAll('.nodes tbody tr').length === 60");
}

#[test]
fn an_open_page_follows_a_run() {
    let Some(mut browser) = browser::start() else { return };
    let local = Local::start();
    browser.size(1400, 900);
    browser.open(&format!("http://{}/", local.client.address));
    browser.until("document.body.innerText.includes('Run an integration')");
    let job = local.client.diff("my-instance");
    browser.until("document.body.innerText.includes('AWAITING_UPLOADS')");
    job.entities(&[user("acme:user:1", "Ada")]).ok();
    browser.until("document.body.innerText.includes('1 uploaded')");
    job.finish(&[]);
    browser.until("document.body.innerText.includes('FINISHED')");
    browser.until("document.body.innerText.includes('acme_user')");
    browser.check("live");
}

/// 5,000 nodes: hubs with their members, and relationships between those.
#[test]
fn a_graph_of_five_thousand_nodes_stays_fluid() {
    const NODES: usize = 5_000;
    let Some(mut browser) = browser::start() else { return };
    let local = Local::start();
    let key = |n: usize| format!("acme:user:{n}");
    let entities: Vec<_> = (0..NODES).map(|n| user(&key(n), &format!("User number {n}"))).collect();
    let edges =
        (0..NODES).flat_map(|n| [has(&key(n % 50), &key(n)), has(&key(n), &key((n * 7919 + 1) % NODES))]);
    let mut edges: Vec<_> = edges.collect();
    edges.sort_by_key(|edge| edge["_key"].to_string());
    edges.dedup_by_key(|edge| edge["_key"].to_string());
    local.client.run("i", &entities, &edges, &[]);
    browser.size(1400, 900);
    browser.open(&format!("http://{}/graph/entities", local.client.address));
    browser.until("Boolean(document.querySelector('.stage[data-drawn]'))");
    browser.check("five-thousand");
    let shown =
        browser.evaluate("JSON.parse(document.querySelector('.viewer .picture').textContent).nodes.length");
    assert_eq!(shown, NODES);
    let stage = browser.evaluate("(({ x, y, width, height }) => [x + width / 2, y + height / 2])(document.querySelector('.stage').getBoundingClientRect())");
    let (x, y) = (stage[0].as_f64().unwrap(), stage[1].as_f64().unwrap());
    browser.send("Performance.enable", &json!({ "timeDomain": "threadTicks" }));
    for what in ["dragged", "zoomed"] {
        browser.evaluate(
            "window.frames = 0; const frame = () => { frames += 1; requestAnimationFrame(frame); }; \
             requestAnimationFrame(frame); true",
        );
        let (begin, before) = (Instant::now(), browser.thread_time());
        browser.mouse("mousePressed", x, y, 0.0);
        for step in 0..20_u32 {
            let offset = f64::from(step % 10) * 12.0;
            match what {
                "dragged" => browser.mouse("mouseMoved", x + offset, y + offset / 2.0, 0.0),
                _ => browser.mouse("mouseWheel", x, y, if step % 10 < 5 { -120.0 } else { 120.0 }),
            }
            browser.evaluate("new Promise(requestAnimationFrame).then(() => true)");
        }
        browser.mouse("mouseReleased", x, y, 0.0);
        let frames = browser.evaluate("frames").as_f64().unwrap();
        let (rate, cost) =
            (frames / begin.elapsed().as_secs_f64(), (browser.thread_time() - before) * 1000.0 / frames);
        println!(
            "{NODES} nodes and {} relationships, {what}: {rate:.1} frames a second without a graphics card; \
             {cost:.1} ms of the page's own time for each",
            edges.len()
        );
        // The page's own part of a frame, whatever else the machine does: a display shows 30 of them in a second.
        assert!(cost < 33.0, "{what}: {cost:.1} ms for a frame");
    }
    browser.check("five-thousand-zoomed");
}
