//! A headless Chromium, driven over the `DevTools` protocol.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// The binary to run, if there is one.
fn find() -> Option<PathBuf> {
    let named = std::env::var_os("CHROMIUM").map(PathBuf::from);
    let known = ["chromium", "chromium-browser", "google-chrome"].map(PathBuf::from);
    let runs = |path: &PathBuf| {
        let tried = Command::new(path).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        tried.is_ok_and(|status| status.success())
    };
    named.into_iter().chain(known).find(runs)
}

/// Starts a browser. Says so where none is installed, and fails there if `J1_BROWSER_TESTS` is set, as in CI.
pub fn start() -> Option<Browser> {
    let Some(binary) = find() else {
        assert!(std::env::var_os("J1_BROWSER_TESTS").is_none(), "Chromium is not installed");
        // Written past the capturing of the test harness, so that a skipped test is seen.
        let _ = writeln!(std::io::stderr(), "NOT RUN: Chromium is not installed (apt-get install chromium)");
        return None;
    };
    Some(Browser::start(&binary))
}

/// A browser with one tab.
pub struct Browser {
    child: Child,
    commands: ChildStdin,
    events: BufReader<ChildStdout>,
    session: Value,
    last: u64,
    /// Messages of the tab's console.
    console: Vec<String>,
    _profile: tempfile::TempDir,
}

impl Browser {
    fn start(binary: &Path) -> Self {
        let profile = tempfile::tempdir().unwrap();
        // The protocol runs over the descriptors 3 and 4, which the shell makes of our pipes.
        let mut child = Command::new("sh")
            .args(["-c", "exec \"$@\" 3<&0 4>&1 >/dev/null 2>&1 0</dev/null", "sh"])
            .arg(binary)
            .args([
                "--headless",
                "--no-sandbox",
                // The graph is drawn without a graphics card, by a library of the browser.
                "--use-angle=swiftshader",
                "--enable-unsafe-swiftshader",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-dev-shm-usage",
                "--remote-debugging-pipe",
            ])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let commands = child.stdin.take().unwrap();
        let events = BufReader::new(child.stdout.take().unwrap());
        let mut browser = Self {
            child,
            commands,
            events,
            session: Value::Null,
            last: 0,
            console: Vec::new(),
            _profile: profile,
        };
        let target = browser.send("Target.createTarget", &json!({ "url": "about:blank" }));
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        browser.session = browser.send("Target.attachToTarget", &attach)["sessionId"].clone();
        for domain in ["Page", "Runtime", "Log", "Network"] {
            browser.send(&format!("{domain}.enable"), &json!({}));
        }
        browser
    }

    /// Sends a command and waits for its result.
    pub fn send(&mut self, method: &str, parameters: &Value) -> Value {
        let event = self.ask(method, parameters);
        assert!(event.get("error").is_none(), "{method}: {event}");
        event["result"].clone()
    }

    /// Sends a command and waits for its result, or for the error in its place.
    fn ask(&mut self, method: &str, parameters: &Value) -> Value {
        self.last += 1;
        let mut message = json!({ "id": self.last, "method": method, "params": parameters });
        if !self.session.is_null() {
            message["sessionId"] = self.session.clone();
        }
        self.commands.write_all(message.to_string().as_bytes()).unwrap();
        self.commands.write_all(&[0]).unwrap();
        loop {
            let event = self.read();
            if event["id"] == self.last {
                return event;
            }
        }
    }

    fn read(&mut self) -> Value {
        let mut bytes = Vec::new();
        self.events.read_until(0, &mut bytes).unwrap();
        bytes.pop();
        let event: Value = serde_json::from_slice(&bytes).expect("the browser ended");
        let details = &event["params"];
        match event["method"].as_str() {
            Some("Log.entryAdded") => self.console.push(details["entry"]["text"].to_string()),
            Some("Runtime.exceptionThrown") => self.console.push(details["exceptionDetails"].to_string()),
            Some("Runtime.consoleAPICalled") => self.console.push(details["args"].to_string()),
            _ => {}
        }
        event
    }

    pub fn size(&mut self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.send("Emulation.setDeviceMetricsOverride", &size);
    }

    pub fn scheme(&mut self, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.send("Emulation.setEmulatedMedia", &json!({ "features": features }));
    }

    pub fn open(&mut self, url: &str) {
        self.send("Page.navigate", &json!({ "url": url }));
        let path = json!(url);
        self.until(&format!("document.readyState === 'complete' && location.href.startsWith({path})"));
    }

    pub fn evaluate(&mut self, script: &str) -> Value {
        let answer = self.send("Runtime.evaluate", &json!({ "expression": script, "returnByValue": true }));
        assert!(answer.get("exceptionDetails").is_none(), "{script}: {answer}");
        answer["result"]["value"].clone()
    }

    /// The value of a promise.
    pub fn wait_for(&mut self, script: &str) -> Value {
        let ask = json!({ "expression": script, "returnByValue": true, "awaitPromise": true });
        let answer = self.send("Runtime.evaluate", &ask);
        assert!(answer.get("exceptionDetails").is_none(), "{script}: {answer}");
        answer["result"]["value"].clone()
    }

    /// Starts to count the processor time of the tab's main thread, which does not depend on what else the machine does.
    pub fn count_time(&mut self) {
        self.send("Performance.enable", &json!({ "timeDomain": "threadTicks" }));
    }

    /// Milliseconds of processor time that the tab has spent in scripts, and in everything.
    pub fn spent(&mut self) -> (f64, f64) {
        let metrics = self.send("Performance.getMetrics", &json!({}))["metrics"].clone();
        let read = |name: &str| {
            let all = metrics.as_array().into_iter().flatten();
            let found = all.filter(|one| one["name"] == name).find_map(|one| one["value"].as_f64());
            found.expect("a metric") * 1000.0
        };
        (read("ScriptDuration"), read("TaskDuration"))
    }

    /// Asks until the script says `true`. While a page loads there may be nothing to ask, and the browser says so with an
    /// error.
    pub fn until(&mut self, script: &str) {
        let deadline = Instant::now() + Duration::from_mins(1);
        loop {
            let ask = json!({ "expression": script, "returnByValue": true });
            if self.ask("Runtime.evaluate", &ask)["result"]["result"]["value"] == true {
                return;
            }
            let text = "document.body && document.body.innerText.slice(0, 2000)";
            assert!(Instant::now() < deadline, "never: {script}: {}", self.evaluate(text));
        }
    }

    /// Loads the document again from its URL.
    pub fn open_again(&mut self) {
        let url = self.evaluate("location.href");
        self.send("Page.navigate", &json!({ "url": "about:blank" }));
        self.open(url.as_str().unwrap());
    }

    /// Presses Ctrl and Enter.
    pub fn control_enter(&mut self) {
        for kind in ["rawKeyDown", "keyUp"] {
            let event = json!({ "type": kind, "key": "Enter", "windowsVirtualKeyCode": 13, "modifiers": 2 });
            self.send("Input.dispatchKeyEvent", &event);
        }
    }

    pub fn key(&mut self, key: &str, code: u32) {
        for kind in ["rawKeyDown", "char", "keyUp"] {
            let text = match key {
                "Enter" => "\r",
                one if one.len() == 1 => one,
                _ => "",
            };
            let text = if kind == "char" { text } else { "" };
            if kind == "char" && text.is_empty() {
                continue;
            }
            let event = json!({ "type": kind, "key": key, "windowsVirtualKeyCode": code, "text": text });
            self.send("Input.dispatchKeyEvent", &event);
        }
    }

    /// Types a text where the focus is.
    pub fn write(&mut self, text: &str) {
        self.send("Input.insertText", &json!({ "text": text }));
    }

    /// Moves the focus with the tab key until the script, which sees the element as `here`, says `true`.
    pub fn focus(&mut self, script: &str) {
        for _ in 0..400 {
            self.key("Tab", 9);
            let found =
                self.evaluate(&format!("((here) => Boolean(here && ({script})))(document.activeElement)"));
            if found == true {
                return;
            }
        }
        panic!("the keyboard does not reach {script}");
    }

    /// Moves the focus with the tab key to the link with this text, and follows it with Enter.
    pub fn follow(&mut self, text: &str) {
        let text = json!(text);
        for _ in 0..200 {
            self.key("Tab", 9);
            let here = self.evaluate(&format!(
                "document.activeElement?.tagName === 'A' && document.activeElement.textContent.includes({text})"
            ));
            if here == true {
                let before = self.evaluate("location.href");
                self.key("Enter", 13);
                self.until(&format!("location.href !== {before} && document.readyState === 'complete'"));
                return;
            }
        }
        panic!("the keyboard does not reach {text}");
    }

    /// Scrolls to the element that the script returns, and presses the mouse in the middle of its first line.
    pub fn click(&mut self, script: &str) {
        let at = self.evaluate(&format!(
            "(() => {{ const one = {script}; if (!one) return null; one.scrollIntoView({{ block: 'center' }}); \
             const box = one.getClientRects()[0]; return {{ x: box.x + box.width / 2, y: box.y + box.height / 2 }}; }})()"
        ));
        assert!(
            at.is_object(),
            "there is no {script}: {}",
            self.evaluate("document.body.innerText.slice(0, 2000)")
        );
        self.press(&at["x"], &at["y"]);
    }

    /// Presses the mouse at a point of the window.
    pub fn press(&mut self, x: &Value, y: &Value) {
        for kind in ["mouseMoved", "mousePressed", "mouseReleased"] {
            let event = json!({ "type": kind, "x": x, "y": y, "button": "left", "clickCount": 1 });
            self.send("Input.dispatchMouseEvent", &event);
        }
    }

    /// Follows the first link of the content, or of the navigation, with this text by the mouse.
    pub fn click_link(&mut self, text: &str) {
        let text = json!(text);
        let before = self.evaluate("location.href");
        self.click(&format!(
            "[...document.querySelectorAll('main a, nav a')].find((one) => one.checkVisibility() && one.textContent.includes({text}))"
        ));
        self.until(&format!("location.href !== {before} && document.readyState === 'complete'"));
    }

    /// Nothing sticks out at the side, and the console is empty.
    pub fn check(&mut self, name: &str) {
        let wide =
            self.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        assert_eq!(wide, 0, "{name}: something is wider than the page");
        let unnamed = self.evaluate(
            "[...document.querySelectorAll('a, button, input, select, textarea')].filter((one) => \
             !one.textContent.trim() && !one.labels?.length && !one.ariaLabel && one.type !== 'hidden').length",
        );
        assert_eq!(unnamed, 0, "{name}: a control has no name");
        assert_eq!(self.console, Vec::<String>::new(), "{name}");
        // The whole document, also what is below the window.
        let size = self.send("Page.getLayoutMetrics", &json!({}))["cssContentSize"].clone();
        let height = size["height"].as_f64().unwrap_or_default().min(6_000.0);
        let clip = json!({ "x": 0, "y": 0, "width": size["width"], "height": height, "scale": 1 });
        let picture =
            self.send("Page.captureScreenshot", &json!({ "clip": clip, "captureBeyondViewport": true }));
        let picture = decode(picture["data"].as_str().unwrap());
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("page");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("{name}.png")), picture).unwrap();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Base64, as the protocol writes pictures.
fn decode(text: &str) -> Vec<u8> {
    let digit = |letter: u8| match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for letter in text.bytes().filter(|letter| *letter != b'=') {
        bits = bits << 6 | u32::from(digit(letter));
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    bytes
}
