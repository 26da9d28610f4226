//! A fact corrected from the page: the token asked for once, the form, what it would change, the branch; by raw requests and by
//! a real browser, with scripts and without.

use serde_json::json;

use super::browser::Browser;
use super::{Page, sound};
use crate::scratch::{Scratch, Signature};
use crate::serving::{Reply, Server, TOKEN};

const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";

const KNOWLEDGE: &str = r#"
[dimension.region]
is     = "enum"
values = ["uk", "us"]
[type.plan]
of = "entity"
[type.plan.attribute.seats]
is = "integer"
[type.plan.attribute.tier]
is     = "enum"
values = ["gold", "silver"]

[entity.basic]
type    = "plan"
label   = "Basic"
aliases = ["Starter", "Entry"]
seats   = 5
tier    = "silver"

[term.window]
definition = "14 days."
[[term.window.exception]]
when       = { region = "uk" }
definition = "30 days."

[question.seats]
ask    = "entity/basic#seats"
expect = { value = 5 }
"#;

fn knowledge() -> Scratch {
    let scratch = Scratch::repository();
    scratch.write("knowledge/dictum.toml", "[knowledge]\nname = \"plans\"\n");
    scratch.write("knowledge/plans.toml", KNOWLEDGE);
    let by = Signature {
        name: "Ines Moreau".to_owned(),
        mail: "ines@example.com".to_owned(),
        time: "2024-02-12T12:00:00+00:00".to_owned(),
    };
    scratch.commit(&by, "Say what holds");
    scratch
}

/// Sends a request with these headers, of a browser that asked this server by its address.
fn send(server: &Server, line: &str, headers: &str, body: &str) -> Reply {
    let mut connection = server.connect();
    let (address, length) = (&server.address, body.len());
    connection.send(format!(
        "{line} HTTP/1.1\r\nHost: {address}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    ));
    connection.reply()
}

fn origin(server: &Server) -> String {
    format!("Origin: http://{}\r\n", server.address)
}

/// The header of a browser that signed in.
fn cookie(server: &Server) -> String {
    let reply =
        send(server, "POST /sign-in", &(origin(server) + FORM), &format!("to=%2Fstate&token={TOKEN}"));
    assert_eq!((reply.status, reply.header("location")), (303, "/state"), "{reply:?}");
    let set = reply.header("set-cookie");
    assert!(set.ends_with("; Path=/; HttpOnly; SameSite=Strict"), "{set}");
    assert!(!set.contains(TOKEN), "{set}");
    format!("Cookie: {}\r\n", set.split(';').next().expect("a pair"))
}

#[track_caller]
fn page(path: &str, reply: Reply) -> String {
    let page = Page { status: reply.status, headers: reply.headers.into_iter().collect(), body: reply.body };
    sound(path, &page);
    assert_eq!(
        page.headers["referrer-policy"], "same-origin",
        "else a form does not say where it comes from"
    );
    page.body
}

#[test]
fn a_browser_is_asked_for_the_token_once() {
    let scratch = knowledge();
    let server = Server::taking_proposals(&scratch, &[]);
    let html = "Accept: text/html,*/*;q=0.8\r\n";
    let led = send(&server, "GET /fact/entity/basic/seats?on=2026-01-01", html, "");
    let to = "/sign-in?to=%2Ffact%2Fentity%2Fbasic%2Fseats%3Fon%3D2026-01-01";
    assert_eq!((led.status, led.header("location"), &*led.body), (303, to, ""));
    let form = page(to, send(&server, &format!("GET {to}"), html, ""));
    assert!(form.contains("value=\"/fact/entity/basic/seats?on=2026-01-01\""), "{form}");
    // Whoever came by a link from elsewhere has a cookie that was not sent.
    assert!(form.contains("href=\"/fact/entity/basic/seats?on=2026-01-01\""), "{form}");
    assert!(!form.contains("plans"), "who has no token is told nothing: {form}");
    assert_eq!(send(&server, "GET /style.css", "", "").status, 200);
    // Programs are told as before.
    for (line, headers) in [
        ("GET /v1/snapshot", ""),
        ("GET /", "Authorization: Bearer wrong\r\nAccept: text/html\r\n"),
        ("GET /", "Cookie: dictum-00000000=00\r\n"),
        ("POST /", html),
    ] {
        assert_eq!(send(&server, line, headers, "").status, 401, "{line} {headers}");
    }
    // The form is of this very server, or nothing.
    let right = format!("token={TOKEN}");
    let port = "Origin: http://127.0.0.1:1\r\n";
    for (headers, status) in
        [("", 403), ("Origin: null\r\n", 403), ("Origin: https://evil.example\r\n", 403), (port, 403)]
    {
        let reply = send(&server, "POST /sign-in", &format!("{headers}{FORM}"), &right);
        assert_eq!((reply.status, reply.header("set-cookie")), (status, ""), "{headers}");
    }
    let own = origin(&server) + FORM;
    let wrong = send(&server, "POST /sign-in", &own, &format!("to=%2F&token={TOKEN}0"));
    assert_eq!((wrong.status, wrong.header("set-cookie")), (401, ""));
    assert!(page("/sign-in", wrong).contains("That is not the token"));
    let away = send(&server, "POST /sign-in", &own, &format!("to=%2F%2Fevil.example&{right}"));
    assert_eq!((away.status, away.header("location")), (303, "/"));
    let cookie = cookie(&server);
    for path in ["/", "/v1/snapshot", "/health", "/fact/entity/basic/seats"] {
        assert_eq!(send(&server, &format!("GET {path}"), &cookie, "").status, 200, "{path}");
    }
    assert!(page("/", send(&server, "GET /", &cookie, "")).contains("Sign out"));
    let out = send(&server, "POST /sign-out", &(own + &cookie), "");
    assert_eq!((out.status, out.header("location")), (303, "/sign-in"));
    assert!(out.header("set-cookie").contains("=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"), "{out:?}");
    // Without a token there is no door.
    let open = Server::start(&scratch, &[]);
    assert_eq!(send(&open, "GET /sign-in", "", "").status, 404);
    assert!(!send(&open, "GET /", "", "").body.contains("Sign out"));
}

const PATH: &str = "/fact/entity/basic/seats/propose";

/// What the form of the page sends about the seats, with `more`.
fn filled(server: &Server, cookie: &str, more: &str) -> String {
    let form = send(server, &format!("GET {PATH}"), cookie, "").body;
    let pin =
        form.split("name=\"pin\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a pin");
    let pin = pin.replace('#', "%23");
    format!(
        "pin={pin}&value=8&reason=The+price+list&name=Ana+Lin&mail=ana%40example.com&where.region=&from={more}"
    )
}

#[test]
fn only_a_form_of_this_page_is_taken() {
    let scratch = knowledge();
    let server = Server::taking_proposals(&scratch, &[]);
    let cookie = cookie(&server);
    let before = scratch.git(&["for-each-ref"]);
    let body = filled(&server, &cookie, "&step=commit");
    let line = format!("POST {PATH}");
    let bearer = format!("Authorization: Bearer {TOKEN}\r\n");
    let own = origin(&server);
    for (headers, status) in [
        (format!("{FORM}{own}"), 401),
        (format!("{FORM}{cookie}"), 401),
        (format!("{FORM}{cookie}Origin: http://127.0.0.1:1\r\n"), 401),
        (format!("{FORM}{cookie}Origin: https://evil.example\r\n"), 403),
        (format!("{FORM}{cookie}{own}Sec-Fetch-Site: cross-site\r\n"), 401),
        (format!("Content-Type: text/plain\r\n{cookie}{own}"), 401),
        // Who bears the token is no browser that another site could lead here; but a form is a page's.
        (format!("{FORM}{bearer}"), 403),
    ] {
        assert_eq!(send(&server, &line, &headers, &body).status, status, "{headers}");
    }
    // What programs send does not go by the cookie.
    let json = "Content-Type: application/json\r\n";
    assert_eq!(send(&server, "POST /v1/propose", &format!("{json}{cookie}{own}"), "{}").status, 401);
    assert_eq!(send(&server, "POST /v1/get", &format!("{json}{cookie}{own}"), "{}").status, 401);
    assert_eq!(scratch.git(&["for-each-ref"]), before, "nothing is written");
    let taken = send(&server, &line, &format!("{FORM}{cookie}{own}"), &body);
    assert_eq!(taken.status, 200);
    assert!(page(PATH, taken).contains("It is proposed"));
    assert_eq!(scratch.git(&["for-each-ref", "--format=%(refname)"]).lines().count(), 2);
}

#[test]
fn mistakes_leave_the_form_filled_and_say_what_to_do() {
    let scratch = knowledge();
    let server = Server::taking_proposals(&scratch, &[]);
    let headers = format!("{FORM}{}{}", cookie(&server), origin(&server));
    let before = scratch.git(&["for-each-ref"]);
    let post = |path: &str, body: &str| send(&server, &format!("POST {path}"), &headers, body);
    let good = filled(&server, &cookie(&server), "");
    for (from, to, status, says) in [
        ("value=8", "value=many", 422, "is not a whole number"),
        ("value=8", "value=8&none=true", 400, "are both given"),
        ("value=8", "value=", 400, "Nothing is said to be right"),
        ("value=8", "value=5", 409, "says so already"),
        ("value=8", "value=8%1B", 400, "control character"),
        ("reason=The+price+list", "reason=", 400, "is missing"),
        ("mail=ana%40example.com", "mail=ana", 400, "is not a mail address"),
        ("name=Ana+Lin", "name=%3Cscript%3Ealert(1)%3C%2Fscript%3E", 400, "can&#39;t stand in a commit"),
        ("from=", "from=soon", 400, "has to be a day"),
        ("from=", "from=&colour=red", 400, "is no parameter here"),
    ] {
        let body = good.replace(from, to);
        assert_ne!(body, good);
        let reply = post(PATH, &body);
        assert_eq!(reply.status, status, "{to}: {}", reply.body);
        let body = page(to, reply).replace('\'', "&#39;");
        assert!(body.contains(says), "{to} does not say `{says}`: {body}");
        assert!(body.contains("What is right") && body.contains("role=\"alert\""), "{to}: {body}");
        assert!(to.starts_with("mail") || body.contains("ana@example.com"), "{to}: what was typed is lost");
    }
    let stale = good.replace("%23seats~", "%23seats~000000");
    let reply = post(PATH, &stale);
    assert_eq!(reply.status, 409, "{}", reply.body);
    assert!(page(PATH, reply).contains("is another fact than the one you know"));
    let huge = good.replace("value=8", &format!("value={}", "8".repeat(100_000)));
    assert_eq!(post(PATH, &huge).status, 413);
    assert_eq!(post(PATH, &"x".repeat(3 << 20)).status, 413);
    assert_eq!(post("/fact/entity/nobody/seats/propose", &good).status, 404);
    // What would be wrong with the knowledge is told, and can't be sent on.
    let reply = post(PATH, &good.replace("reason=The", "source=nowhere&reason=The"));
    let body = page(PATH, reply);
    assert!(body.contains("It can't be proposed so") && !body.contains("Propose it"), "{body}");
    assert_eq!(scratch.git(&["for-each-ref"]), before, "nothing is written");
}

#[test]
fn what_people_type_stays_text() {
    let scratch = knowledge();
    let server = Server::taking_proposals(&scratch, &[]);
    let headers = format!("{FORM}{}{}", cookie(&server), origin(&server));
    let path = "/fact/entity/basic/label/propose";
    let form = page(path, send(&server, &format!("GET {path}"), &cookie(&server), ""));
    let pin =
        form.split("name=\"pin\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a pin");
    let pin = pin.replace('#', "%23");
    let evil = "%3C%2Ftextarea%3E%3Cimg+src%3Dx+onerror%3Dalert(1)%3E%22%3E%3Cb%3E";
    let body = format!("pin={pin}&value={evil}&reason={evil}&name=Ana&mail=ana%40example.com&step=");
    for step in ["preview", "edit", "commit"] {
        let reply = send(&server, &format!("POST {path}"), &headers, &format!("{body}{step}"));
        assert_eq!(reply.status, 200, "{step}: {}", reply.body);
        page(step, reply);
    }
    let proposed = scratch.git(&["for-each-ref", "--format=%(refname)", "refs/heads/proposal"]);
    let file = scratch.git(&["show", &format!("{}:knowledge/corrections/basic-label.toml", proposed.trim())]);
    assert!(file.contains("<img src=x onerror=alert(1)>"), "it is what was typed: {file}");
}

#[test]
fn the_form_is_of_the_fact_as_it_is() {
    let scratch = knowledge();
    let server = Server::taking_proposals(&scratch, &[]);
    let cookie = cookie(&server);
    let form = |path: &str| {
        let reply = send(&server, &format!("GET {path}"), &cookie, "");
        assert_eq!(reply.status, 200, "{path}: {}", reply.body);
        page(path, reply)
    };
    assert!(form(PATH).contains("name=\"value\" value=\"5\""));
    let tier = form("/fact/entity/basic/tier/propose");
    assert!(tier.contains("<option value=\"silver\" selected>silver</option>"), "{tier}");
    assert!(form("/fact/entity/basic/label/propose").contains(">Basic</textarea>"));
    // Which fact is meant has to be said first.
    let open = form("/fact/term/window/definition/propose");
    assert!(!open.contains("name=\"reason\"") && open.contains("propose?where=region%3Duk"), "{open}");
    let uk = form("/fact/term/window/definition/propose?where=region%3Duk");
    assert!(uk.contains(">30 days.</textarea>"), "{uk}");
    assert!(uk.contains("<option value=\"uk\" selected>"), "{uk}");
    // Of several claims one is chosen.
    let several = form("/fact/entity/basic/aliases/propose");
    assert!(
        !several.contains("type=\"radio\"") || several.matches("type=\"radio\"").count() > 1,
        "{several}"
    );
    let then = send(&server, &format!("GET {PATH}?at=HEAD"), &cookie, "");
    assert_eq!(then.status, 400, "{}", then.body);
    assert_eq!(send(&server, "GET /fact/entity/basic/nothing/propose", &cookie, "").status, 404);
}

#[test]
fn a_browser_proposes_a_correction() {
    for scripts in [true, false] {
        let Some(browser) = Browser::start_with(scripts) else {
            assert!(std::env::var_os("CI").is_none(), "chromedriver is missing, and CI has to have it");
            eprintln!("skipped: no chromedriver here (Debian: apt-get install chromium-driver)");
            return;
        };
        propose_by(&browser, scripts);
    }
}

fn propose_by(browser: &Browser, scripts: bool) {
    let scratch = knowledge();
    let server = Server::taking_proposals(&scratch, &[]);
    let base = format!("http://{}", server.address);
    browser.open(&format!("{base}/fact/entity/basic/seats"));
    browser.shows("h1", "Sign in");
    browser.picture("sign-in");
    browser.write("#token", "wrong");
    browser.click("main button");
    browser.shows(".note", "That is not the token");
    browser.write("#token", TOKEN);
    browser.click("main button");
    browser.shows("h1", "Basic: seats");
    let cookies = browser.tell("GET", "/cookie", &json!({}));
    assert_eq!(
        (&cookies[0]["httpOnly"], &cookies[0]["sameSite"]),
        (&json!(true), &json!("Strict")),
        "{cookies}"
    );

    browser.click("a.propose");
    browser.shows("h1", "Propose a correction");
    assert!(browser.text(".answer").contains('5'));
    browser.write("#value", "0");
    browser.write("#reason", "The price list of May says so");
    browser.write("#name", "Ana Lin");
    browser.write("#mail", "ana@example.com");
    browser.picture("form");
    browser.click("button[value=preview]");
    browser.shows("h1", "What would change");
    let main = browser.text("main");
    assert!(main.contains("1 answer would change") && main.contains("question/seats"), "{main}");
    assert!(main.contains("knowledge/corrections/basic-seats.toml"), "{main}");
    assert!(browser.text("ins").contains("50"), "{main}");
    browser.picture("preview");
    // It was meant otherwise: nothing that was typed is lost.
    browser.click("button[value=edit]");
    browser.shows("h1", "Propose a correction");
    browser.write("#value", "0");
    browser.click("button[value=preview]");
    browser.shows("ins", "500");
    browser.click("button[value=commit]");
    browser.shows("h1", "It is proposed");
    browser.picture("proposed");
    let (branch, commit) = (browser.text("#branch"), browser.text("#commit"));
    let log = scratch.git(&["log", "-1", "--format=%H|%an|%ae|%cn|%s", &branch]);
    assert_eq!(log.trim(), format!("{commit}|Ana Lin|ana@example.com|dictum|Correct entity/basic#seats"));
    assert_eq!(scratch.git(&["rev-parse", &format!("{branch}~1")]), scratch.git(&["rev-parse", "HEAD"]));

    // Merged, it is what the page shows.
    scratch.git(&["merge", "--quiet", "--no-ff", "--no-edit", &branch]);
    let began = std::time::Instant::now();
    browser.open(&format!("{base}/fact/entity/basic/seats"));
    while !browser.text(".answer .value").contains("500") {
        assert!(began.elapsed() < std::time::Duration::from_secs(30), "it is not served");
        std::thread::sleep(std::time::Duration::from_millis(100));
        browser.open(&format!("{base}/fact/entity/basic/seats"));
    }
    if scripts {
        assert_eq!(browser.run("return document.cookie"), "", "no script reads it");
    }
    browser.click("form.out button");
    browser.shows("h1", "Sign in");
    browser.open(&base);
    browser.shows("h1", "Sign in");
}
