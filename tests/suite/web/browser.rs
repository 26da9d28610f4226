//! A real browser uses the page: by WebDriver (<https://www.w3.org/TR/webdriver2/>), spoken here in plain HTTP.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};

use super::{Server, knowledge, request};

/// A browser that is driven; it ends with the value.
pub(super) struct Browser {
    driver: Child,
    port: u16,
    session: String,
}

impl Browser {
    /// Starts one; `None` where this machine has none.
    fn start() -> Option<Browser> {
        Browser::start_with(true)
    }

    /// The same, where pages run their scripts or do not.
    pub(super) fn start_with(scripts: bool) -> Option<Browser> {
        let started =
            Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut driver = started.ok()?;
        let mut lines = BufReader::new(driver.stdout.take()?).lines();
        let port = lines.by_ref().map_while(Result::ok).find_map(|line| {
            let (_, port) = line.rsplit_once("started successfully on port ")?;
            port.trim_end_matches('.').parse().ok()
        });
        std::thread::spawn(move || lines.for_each(drop));
        let mut browser = Browser { driver, port: port?, session: String::new() };
        // 2 is "blocked" in Chromium's settings of contents.
        let setting = if scripts { 1 } else { 2 };
        let options = json!({
            "args": ["--headless", "--no-sandbox", "--disable-gpu", "--window-size=1200,1000"],
            "prefs": { "profile.managed_default_content_settings.javascript": setting }
        });
        // What was clicked may take a moment to lead on.
        let always = json!({ "goog:chromeOptions": options, "timeouts": { "implicit": 10_000 } });
        let wanted = json!({ "capabilities": { "alwaysMatch": always } });
        let session = request(browser.port, "POST", "/session", &wanted.to_string());
        let session: Json = serde_json::from_str(&session.body).ok()?;
        browser.session = session["value"]["sessionId"].as_str()?.to_owned();
        Some(browser)
    }

    #[track_caller]
    pub(super) fn tell(&self, method: &str, command: &str, body: &Json) -> Json {
        let body = if method == "GET" { String::new() } else { body.to_string() };
        let answer = request(self.port, method, &format!("/session/{}{command}", self.session), &body);
        assert_eq!(answer.status, 200, "{command} {body}: {}", answer.body);
        serde_json::from_str::<Json>(&answer.body).expect("JSON")["value"].take()
    }

    #[track_caller]
    pub(super) fn open(&self, address: &str) {
        self.tell("POST", "/url", &json!({ "url": address }));
    }

    #[track_caller]
    fn find(&self, selector: &str) -> String {
        let found = self.tell("POST", "/element", &json!({ "using": "css selector", "value": selector }));
        let element =
            found.as_object().and_then(|found| found.values().next()?.as_str().map(ToOwned::to_owned));
        element.expect("an element")
    }

    #[track_caller]
    pub(super) fn click(&self, selector: &str) {
        let element = self.find(selector);
        self.tell("POST", &format!("/element/{element}/click"), &json!({}));
    }

    #[track_caller]
    pub(super) fn write(&self, selector: &str, text: &str) {
        let element = self.find(selector);
        self.tell("POST", &format!("/element/{element}/value"), &json!({ "text": text }));
    }

    #[track_caller]
    pub(super) fn text(&self, selector: &str) -> String {
        let element = self.find(selector);
        let text = self.tell("GET", &format!("/element/{element}/text"), &Json::Null);
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until an element has that in its text: what a click leads to may take its time.
    #[track_caller]
    pub(super) fn shows(&self, selector: &str, text: &str) {
        let began = Instant::now();
        let wanted = json!({ "using": "css selector", "value": selector }).to_string();
        loop {
            let found = request(self.port, "POST", &format!("/session/{}/element", self.session), &wanted);
            let found: Json = serde_json::from_str(&found.body).unwrap_or_default();
            // An error that says there is none is an object too.
            let element = found["value"].as_object().filter(|found| !found.contains_key("error"));
            let element = element.and_then(|found| found.values().next()?.as_str());
            let text_of = |element: &str| {
                let path = format!("/session/{}/element/{element}/text", self.session);
                serde_json::from_str(&request(self.port, "GET", &path, "").body).unwrap_or_default()
            };
            let shown: Json = element.map(text_of).unwrap_or_default();
            if shown["value"].as_str().is_some_and(|shown| shown.contains(text)) {
                return;
            }
            assert!(began.elapsed() < Duration::from_secs(30), "`{selector}` has no `{text}`: {shown}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// What it shows, as a file for who wants to look: in the folder that DICTUM_PICTURES names.
    pub(super) fn picture(&self, name: &str) {
        let Some(folder) = std::env::var_os("DICTUM_PICTURES") else { return };
        let shown = self.tell("GET", "/screenshot", &Json::Null);
        let path = std::path::Path::new(&folder).join(format!("{name}.png.base64"));
        std::fs::write(path, shown.as_str().unwrap_or_default()).expect("a file");
    }

    pub(super) fn run(&self, script: &str) -> Json {
        self.tell("POST", "/execute/sync", &json!({ "script": script, "args": [] }))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            let _ = request(self.port, "DELETE", &format!("/session/{}", self.session), "");
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

#[test]
fn a_browser_searches_opens_a_fact_and_moves_both_clocks() {
    let Some(browser) = Browser::start() else {
        assert!(std::env::var_os("CI").is_none(), "chromedriver is missing, and CI has to have it");
        eprintln!("skipped: no chromedriver here (Debian: apt-get install chromium-driver)");
        return;
    };
    let scratch = knowledge();
    let server = Server::start(&scratch, &[]);
    let base = format!("http://127.0.0.1:{}", server.port);

    browser.open(&base);
    // `/` leads to the search.
    browser.write("body", "/");
    assert_eq!(browser.run("return document.activeElement.id"), "q");
    browser.write("#q", "limit");
    browser.click("main .search button");
    browser.click(".finds h2 a");
    assert_eq!(browser.text("h1"), "Limit");
    browser.click("tbody th a");
    assert_eq!(browser.text("h1"), "Limit: definition");
    assert!(browser.text(".answer .value").contains("200 EUR."));

    // In force on: typed as the browser's own field takes it.
    browser.run("document.getElementById('on').value = '2024-06-01'");
    browser.click(".clocks button");
    browser.shows(".answer .value", "100 EUR.");
    assert!(browser.run("return location.search").as_str().is_some_and(|query| query == "?on=2024-06-01"));

    // As known at.
    browser.open(&format!("{base}/fact/term/limit/definition"));
    browser.write("#at", "2024-06-01");
    browser.click(".clocks button");
    browser.shows(".answer .value", "100 EUR.");
    assert!(browser.text(".note").contains("As known at 2024-06-01"));

    // The case: a choice in the answer, then another in the form.
    browser.open(&format!("{base}/fact/term/window/definition"));
    browser.click("a.choice");
    browser.shows(".answer .value", "days.");
    browser.run("document.getElementById('where-region').value = 'uk'");
    browser.click(".clocks button");
    browser.shows(".answer .value", "30 days.");

    // Nothing that people wrote runs or loads, and nothing is wider than a small telephone.
    browser.open(&format!("{base}/fact/term/hostile/definition"));
    assert_eq!(browser.run("return document.querySelectorAll('main script, img, iframe').length"), 0);
    assert_eq!(browser.run("return document.styleSheets.length"), 1);
    let params = json!({ "width": 500, "height": 800 });
    browser.tell("POST", "/window/rect", &params);
    for path in ["/", "/subject/term/hostile", "/fact/term/hostile/definition", "/state", "/diff"] {
        browser.open(&format!("{base}{path}"));
        let fits =
            browser.run("document.body.style.width = '360px'; return document.body.scrollWidth <= 500");
        assert_eq!(fits, true, "{path} is wider than the screen");
    }
}
