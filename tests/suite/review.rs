//! Evidence of review from real commits: signatures by real keys, and what is planted to make them look better.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::scratch::Scratch;

const CONFIG: &str = "[knowledge]\nname = \"review\"\nlanguage = 1\n";

/// A key of its own beside the repository.
pub fn key(scratch: &Scratch, name: &str) -> PathBuf {
    let key = scratch.beside(name);
    let made = scratch.shell(&format!("ssh-keygen -q -t ed25519 -N '' -C '{name}' -f '{}'", key.display()));
    assert_eq!(made.code, 0, "{}", made.stderr);
    key
}

/// A repository whose one commit is signed by the key `signer`.
pub fn signed() -> (Scratch, PathBuf) {
    let scratch = Scratch::repository();
    let signer = key(&scratch, "signer");
    scratch.write("knowledge/dictum.toml", CONFIG);
    scratch.write("knowledge/acv.toml", "[term.acv]\ndefinition = \"The yearly value of a contract.\"\n");
    commit_signed(&scratch, &signer);
    (scratch, signer)
}

/// Commits everything, signed by that key.
pub fn commit_signed(scratch: &Scratch, signer: &Path) {
    let ran = scratch.shell(&format!(
        "git add --all && git -c gpg.format=ssh -c user.signingkey='{}' commit --quiet -S --message 'Say what ACV is'",
        signer.display()
    ));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

/// A file of allowed signers beside the repository with one line: `before`, and the key.
pub fn allowing(scratch: &Scratch, before: &str, key: &Path) -> PathBuf {
    let public = fs::read_to_string(key.with_extension("pub")).expect("a public key");
    let file = scratch.beside("allowed");
    fs::write(&file, format!("# of the auditor\n{before} {public}")).expect("a file");
    file
}

/// What the audit says of the first signature.
fn standing(scratch: &Scratch, options: &str) -> String {
    let ran = scratch.shell(&format!("dictum audit term/acv#definition --format jsonl {options}"));
    let fact: Value = serde_json::from_str(ran.stdout.trim()).unwrap_or_else(|_| panic!("{}", ran.stderr));
    fact["review"]["signatures"][0]["standing"].as_str().unwrap_or("none").to_owned()
}

fn by(scratch: &Scratch, file: &Path) -> String {
    standing(scratch, &format!("--allowed-signers '{}'", file.display()))
}

#[test]
fn an_ssh_signature_is_good_by_the_verifiers_own_file() {
    let (scratch, signer) = signed();
    assert_eq!(standing(&scratch, ""), "not-verified");
    assert_eq!(by(&scratch, &allowing(&scratch, "ana@example.com", &signer)), "good");
    assert_eq!(by(&scratch, &allowing(&scratch, "ana@example.com namespaces=\"git\"", &signer)), "good");
    assert_eq!(by(&scratch, &allowing(&scratch, "a@x namespaces=\"file\"", &signer)), "wrong-namespace");
    assert_eq!(
        by(&scratch, &allowing(&scratch, "a@x valid-before=\"20260101\"", &signer)),
        "outside-validity"
    );
    assert_eq!(
        by(&scratch, &allowing(&scratch, "a@x valid-after=\"20270101\"", &signer)),
        "outside-validity"
    );
    let stranger = key(&scratch, "stranger");
    assert_eq!(by(&scratch, &allowing(&scratch, "ana@example.com", &stranger)), "unknown-key");
}

#[test]
fn other_kinds_of_keys_verify_too() {
    for kind in ["rsa -b 2048", "ecdsa -b 256", "ecdsa -b 384"] {
        let scratch = Scratch::repository();
        let key = scratch.beside("signer");
        let made = scratch.shell(&format!("ssh-keygen -q -t {kind} -N '' -f '{}'", key.display()));
        assert_eq!(made.code, 0, "{}", made.stderr);
        scratch.write("knowledge/dictum.toml", CONFIG);
        scratch.write("knowledge/acv.toml", "[term.acv]\ndefinition = \"The yearly value of a contract.\"\n");
        commit_signed(&scratch, &key);
        assert_eq!(by(&scratch, &allowing(&scratch, "ana@example.com", &key)), "good", "{kind}");
    }
}

/// A commit with the same signature and another message, and one with a signature made for another purpose.
#[test]
fn a_signature_of_something_else_is_not_good() {
    let (scratch, signer) = signed();
    let allowed = allowing(&scratch, "ana@example.com", &signer);
    let ran = scratch.shell(
        "git reset --quiet --hard $(git cat-file commit HEAD | sed 's/Say what ACV is/Say something else/' \
         | git hash-object -t commit -w --stdin)",
    );
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(by(&scratch, &allowed), "tampered");

    // The program that signs, told by who commits to sign for another purpose.
    let program = scratch.beside("sign-file");
    fs::write(&program, "#!/bin/sh\nargs=\nfor a in \"$@\"; do [ \"$a\" = git ] && a=file; args=\"$args '$a'\"; done\neval ssh-keygen $args\n")
        .expect("a file");
    let ran = scratch.shell(&format!(
        "chmod +x '{0}' && git -c gpg.format=ssh -c gpg.ssh.program='{0}' -c user.signingkey='{1}' \
         commit --quiet -S --amend --message 'Say what ACV is'",
        program.display(),
        signer.display()
    ));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(by(&scratch, &allowed), "wrong-namespace");

    let ran = scratch.shell(
        "git reset --quiet --hard $(git cat-file commit HEAD | sed 's/^ [A-Za-z0-9+/]*$/ AAAA/' \
         | git hash-object -t commit -w --stdin)",
    );
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(by(&scratch, &allowed), "malformed");
}

/// Who may sign is never read from the repository under audit, nor through a link into it.
#[test]
fn allowed_signers_are_not_the_repositorys() {
    let (scratch, signer) = signed();
    let outside = allowing(&scratch, "ana@example.com", &signer);
    for inside in ["allowed", ".git/allowed"] {
        fs::copy(&outside, scratch.top().join(inside)).expect("a copy");
        let ran = scratch.dictum(&["audit", "--allowed-signers", inside]);
        assert!(ran.code == 2 && ran.stderr.contains("belongs to the repository"), "{}", ran.stderr);
    }
    let ran = scratch.shell("ln -s \"$PWD/allowed\" ../link && dictum audit --allowed-signers ../link");
    assert!(ran.code == 2 && ran.stderr.contains("belongs to the repository"), "{}", ran.stderr);
    // Configured by the repository, and not looked at.
    scratch.git(&["config", "gpg.ssh.allowedSignersFile", "allowed"]);
    assert_eq!(standing(&scratch, ""), "not-verified");
    let authority = allowing(&scratch, "ana@example.com cert-authority", &signer);
    let ran = scratch.dictum(&["audit", "--allowed-signers", &authority.display().to_string()]);
    assert!(
        ran.code == 2 && ran.stderr.contains("line 2") && ran.stderr.contains("certificate"),
        "{}",
        ran.stderr
    );
}

/// Programs that the repository configures for signatures are not run, whatever they would say.
#[test]
fn a_planted_program_is_not_run() {
    let scratch = Scratch::repository();
    scratch.write("knowledge/dictum.toml", CONFIG);
    scratch.write("knowledge/acv.toml", "[term.acv]\ndefinition = \"The yearly value of a contract.\"\n");
    let canary = scratch.beside("canary");
    let program = scratch.top().join("gpg");
    fs::write(
        &program,
        format!("#!/bin/sh\ntouch '{}'\necho '[GNUPG:] GOODSIG 1 Ana' >&2\nexit 0\n", canary.display()),
    )
    .expect("a program");
    scratch.shell("chmod +x gpg && git add knowledge && git commit --quiet --message 'Say what ACV is'");
    let ran = scratch.shell(
        "git reset --quiet --hard $(git cat-file commit HEAD | awk '/^$/ && !done { print \"gpgsig -----BEGIN PGP SIGNATURE-----\"; \
         print \" \"; print \" AAAA\"; print \" -----END PGP SIGNATURE-----\"; done = 1 } { print }' \
         | git hash-object -t commit -w --stdin)",
    );
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let program = program.display().to_string();
    for name in [
        "gpg.program",
        "gpg.openpgp.program",
        "gpg.ssh.program",
        "gpg.x509.program",
        "core.fsmonitor",
        "core.pager",
    ] {
        scratch.git(&["config", name, &program]);
    }
    let _does_it_run_where_it_may = scratch.shell("git verify-commit HEAD");
    assert!(canary.exists(), "the trap works");
    fs::remove_file(&canary).expect("the canary");
    assert_eq!(standing(&scratch, ""), "not-verified");
    assert_ne!(standing(&scratch, "--openpgp"), "good");
    assert!(!canary.exists(), "a program that the repository configures was run");
}

/// The page loads nothing, runs nothing, and shows markup as text.
#[test]
fn the_page_is_self_contained() {
    let scratch = Scratch::repository();
    scratch.write("knowledge/dictum.toml", CONFIG);
    scratch.write(
        "knowledge/acv.toml",
        "[term.acv]\ndefinition = '''</td><script>alert(\"1\")</script><img src=x onerror='a()'> & http://evil.example'''\n",
    );
    let ran = scratch.shell(
        "git add --all && GIT_AUTHOR_NAME='<b>Mallory</b>' GIT_AUTHOR_EMAIL='m@example.com\"><script>' git commit --quiet --message '<script>x</script>\n\n\
         Reviewed-by: </td><script src=https://evil.example/x.js></script> <e@example.com>' \
         && dictum audit --html ../audit.html",
    );
    assert!(ran.stdout.is_empty(), "{}", ran.stdout);
    let page = fs::read_to_string(scratch.beside("audit.html")).unwrap_or_else(|_| panic!("{}", ran.stderr));
    assert!(page.contains("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;"), "{page}");
    let tags: Vec<&str> = page
        .split('<')
        .skip(1)
        .map(|tag| tag.split(|c: char| !(c.is_alphanumeric() || "/!".contains(c))).next().unwrap_or(""))
        .collect();
    let known = [
        "!doctype", "html", "head", "meta", "title", "style", "body", "h1", "p", "code", "dl", "div", "dt",
        "dd", "table", "thead", "tr", "th", "tbody", "td", "br", "small", "strong",
    ];
    for tag in tags {
        assert!(known.contains(&tag.trim_start_matches('/')), "`<{tag}` is in the page:\n{page}");
    }
    for outside in ["src=", "href=", "url(", "@import", " on"] {
        let attributes = page.split('<').filter_map(|tag| tag.split('>').next());
        for inside in attributes.skip(1) {
            assert!(!inside.contains(outside), "`{outside}` in <{inside}>");
        }
    }
    let style = page.split("<style>").nth(1).and_then(|rest| rest.split("</style>").next()).expect("a style");
    assert!(
        !style.contains("url(") && !style.contains("@import") && style.contains("prefers-color-scheme: dark")
    );
    assert!(style.contains("@media print") && page.contains("default-src 'none'"));
}

/// The JSON of an audit keeps to its schema.
#[test]
fn an_audit_keeps_to_its_schema() {
    let (scratch, signer) = signed();
    let allowed = allowing(&scratch, "ana@example.com", &signer).display().to_string();
    for (schema, format) in [("audit", "json"), ("audited", "jsonl")] {
        let ran = scratch.dictum(&["audit", "--format", format, "--allowed-signers", &allowed]);
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schema/{schema}.json"));
        let schema: Value = serde_json::from_str(&fs::read_to_string(path).expect("a schema")).expect("JSON");
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        let parts: Vec<&str> =
            if format == "json" { vec![&ran.stdout] } else { ran.stdout.lines().collect() };
        assert!(!parts.is_empty());
        for part in parts {
            let value: Value = serde_json::from_str(part).expect("JSON");
            let faults: Vec<String> = validator.iter_errors(&value).map(|fault| fault.to_string()).collect();
            assert!(faults.is_empty(), "{faults:?}\n{value:#}");
        }
    }
}

/// A throw-away OpenPGP key of Ana's in a keyring beside the repository, and a commit signed by it; `None` without gpg.
fn signed_by_gpg() -> Option<(Scratch, PathBuf)> {
    let scratch = Scratch::repository();
    if scratch.shell("command -v gpg").code != 0 {
        return None;
    }
    scratch.write("knowledge/dictum.toml", CONFIG);
    scratch.write("knowledge/acv.toml", "[term.acv]\ndefinition = \"The yearly value of a contract.\"\n");
    let keys = scratch.beside("keys");
    let ran = scratch.shell(&format!(
        "export GNUPGHOME='{}' && mkdir -m 700 \"$GNUPGHOME\" \
         && gpg --batch --quiet --pinentry-mode loopback --passphrase '' --quick-generate-key 'Ana <ana@example.com>' ed25519 sign never \
         && git add --all && git -c user.signingkey=ana@example.com commit --quiet -S --message 'Say what ACV is'; \
         left=$?; gpgconf --kill all; exit $left",
        keys.display()
    ));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    Some((scratch, keys))
}

/// What the audit says of the signature with that keyring, and of the need to be signed.
fn by_keyring(scratch: &Scratch, keys: &Path, before: &str) -> (String, String) {
    let ran = scratch.shell(&format!(
        "export GNUPGHOME='{0}'; {before} dictum audit term/acv#definition --format jsonl --openpgp; dictum get term/acv#definition --openpgp; \
         gpgconf --kill all 2> /dev/null",
        keys.display()
    ));
    let mut lines = ran.stdout.lines();
    let fact: Value =
        serde_json::from_str(lines.next().unwrap_or_default()).unwrap_or_else(|_| panic!("{}", ran.stderr));
    let standing = fact["review"]["signatures"][0]["standing"].as_str().unwrap_or("none").to_owned();
    let told = lines.find(|line| line.contains("signature")).unwrap_or_default();
    (standing, told.trim().to_owned())
}

#[test]
fn an_openpgp_signature_is_good_by_the_verifiers_own_keyring() {
    let Some((scratch, keys)) = signed_by_gpg() else {
        eprintln!("skipped: gpg is not installed, and nothing here says whether OpenPGP signatures verify");
        return;
    };
    let (good, told) = by_keyring(&scratch, &keys, "");
    assert_eq!(good, "good", "{told}");
    assert!(told.ends_with("openpgp signature good, by Ana <ana@example.com>"), "{told}");
    let stranger = scratch.beside("none");
    fs::create_dir(&stranger).expect("a folder");
    assert_eq!(by_keyring(&scratch, &stranger, "chmod 700 \"$GNUPGHOME\";").0, "unknown-key");
    let ran = scratch.shell(
        "git reset --quiet --hard $(git cat-file commit HEAD | sed 's/Say what ACV is/Say something else/' \
         | git hash-object -t commit -w --stdin)",
    );
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(by_keyring(&scratch, &keys, "").0, "tampered");
}

/// Where there is no gpg nothing is known of a signature, and it is not called bad.
#[test]
fn an_openpgp_signature_is_unknown_without_gpg() {
    let (scratch, _) = signed();
    let ran = scratch.shell(
        "git reset --quiet --hard $(git cat-file commit HEAD | sed 's/SSH SIGNATURE/PGP SIGNATURE/' \
         | git hash-object -t commit -w --stdin) \
         && mkdir ../programs && ln -s \"$(command -v git)\" ../programs/git && ln -s \"$(command -v dictum)\" ../programs/dictum",
    );
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let only = format!("PATH='{}';", scratch.beside("programs").display());
    let (standing, told) = by_keyring(&scratch, &scratch.beside("keys"), &only);
    assert_eq!(standing, "no-program");
    assert!(told.ends_with("openpgp signature can't be checked here: gpg is not installed"), "{told}");
}
