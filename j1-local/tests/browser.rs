//! The page in a real browser: headless Chromium, driven over the `DevTools` protocol.
//!
//! Chromium is not part of a Rust toolchain, so the tests say that they did not run where it is not installed, and fail
//! there if `J1_BROWSER_TESTS` is set, as in CI. `CHROMIUM` names another binary. Screenshots are left in the folder
//! that cargo gives to tests.
#![allow(missing_docs, reason = "tests")]

#[path = "support/browser.rs"]
mod browser;
mod support;

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

/// What does not depend on a graphics card: the script of the viewer has little to do for a frame, the data is fetched once,
/// and moving changes no position.
#[test]
#[ignore = "draws many frames without a graphics card; run weekly"]
fn five_thousand_nodes_are_moved_with_little_work_for_a_frame() {
    const NODES: usize = 5_000;
    const FRAMES: u32 = 20;
    let Some(mut browser) = browser::start() else { return };
    let local = Local::start();
    let key = |n: usize| format!("acme:user:{n}");
    let users: Vec<_> = (0..NODES).map(|n| user(&key(n), &format!("User {n}"))).collect();
    let near = (0..NODES).map(|n| (n, n / 7));
    let far = (0..NODES).map(|n| (n, (n * 31 + 7) % NODES)).filter(|(n, to)| *to != n / 7);
    let edges: Vec<_> = near.chain(far).map(|(n, to)| has(&key(n), &key(to))).collect();
    local.client.run("my-instance", &users, &edges, &[]);
    browser.size(1400, 900);
    browser.count_time();
    let begin = std::time::Instant::now();
    browser.open(&format!("http://{}/graph/entities", local.client.address));
    browser.until("Boolean(document.querySelector('.stage[data-drawn]'))");
    let (script, all) = browser.spent();
    println!(
        "opened in {:?}; main thread: scripts {script:.0} ms, all {all:.0} ms of processor time",
        begin.elapsed()
    );

    let positions = "(() => { const { graph } = document.querySelector('.viewer').j1; \
                     return graph.mapNodes((_, at) => at.x * 31 + at.y).join() })()";
    let fetched =
        "performance.getEntriesByType('resource').filter((one) => one.name.includes('/graph/')).length";
    let before = (browser.evaluate(positions), browser.evaluate(fetched));
    for (what, step) in [("moved", "{ x: camera.x + 0.01 }"), ("zoomed", "{ ratio: camera.ratio * 0.95 }")] {
        let spent = browser.spent();
        browser.wait_for(&format!(
            "(async () => {{ const camera = document.querySelector('.viewer').j1.renderer.getCamera(); \
             for (let frame = 0; frame < {FRAMES}; frame += 1) {{ camera.setState({step}); \
             await new Promise(requestAnimationFrame); }} }})()"
        ));
        let now = browser.spent();
        let frame = |now: f64, before: f64| (now - before) / f64::from(FRAMES);
        let (script, all) = (frame(now.0, spent.0), frame(now.1, spent.1));
        println!("{what}: scripts {script:.1} ms, main thread {all:.1} ms of processor time a frame");
        assert!(script < 16.0, "a frame of the {what} graph takes {script} ms of script");
    }
    assert!(
        before == (browser.evaluate(positions), browser.evaluate(fetched)),
        "moving fetches or arranges again"
    );
    browser.check("five-thousand");
}
