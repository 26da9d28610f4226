//! What an editor has open, and what it was told.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crossbeam_channel::Receiver;
use gen_lsp_types::{
    Diagnostic, DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    InitializeParams, PublishDiagnosticsParams, TextDocumentContentChangeEvent, Uri, WorkspaceFolders,
};
use lsp_server::{Message, Notification, Request, RequestId};
use serde::de::DeserializeOwned;

use super::Client;
use super::diagnostics::{by_file, diagnostics};
use super::position::Lined;
use super::world::World;
use crate::compile::Compiled;
use crate::face::background::Background;
use crate::source::{self, Limits};

/// Sends to the editor.
pub(super) type Sender = crossbeam_channel::Sender<Message>;

/// What was compiled beside: of which knowledge, and what.
pub(super) type Done = (PathBuf, Arc<Compiled>);

/// One editor.
pub(super) struct Session {
    pub client: Client,
    limits: Limits,
    /// Whether what is worked out of the history is kept in the repository.
    cached: bool,
    sender: Sender,
    /// Where what is compiled beside is handed over.
    done: (crossbeam_channel::Sender<Done>, Receiver<Done>),
    background: Arc<Background>,
    /// By the folder of their knowledge.
    worlds: BTreeMap<PathBuf, World>,
    /// Diagnostics that the editor shows, by file.
    told: BTreeMap<PathBuf, (Option<i32>, Vec<Diagnostic>)>,
    requests: i32,
}

impl Session {
    /// Nothing is open yet.
    pub fn new(client: Client, limits: Limits, cached: bool, sender: Sender) -> Session {
        let (done, background) = (crossbeam_channel::unbounded(), Arc::new(Background::new()));
        let (worlds, told) = (BTreeMap::new(), BTreeMap::new());
        Session { client, limits, cached, sender, done, background, worlds, told, requests: 0 }
    }

    /// Where it can be seen that something was compiled beside.
    pub fn done(&self) -> Receiver<Done> {
        self.done.1.clone()
    }

    /// Takes up the knowledge in the editor's folders, and asks to be told of changes on disk.
    pub fn begin(&mut self, params: &InitializeParams) {
        let folders = match &params.workspace_folders_initialize_params.workspace_folders {
            Some(WorkspaceFolders::WorkspaceFolderList(folders)) => &folders[..],
            _ => &[],
        };
        let folders = folders.iter().map(|folder| folder.uri.clone());
        #[expect(deprecated, reason = "editors that know of no folders tell it so")]
        let root = params.root_uri.clone();
        for uri in folders.chain(root) {
            if let Ok(folder) = uri.to_file_path() {
                self.world_at(&folder);
            }
        }
        if self.client.watches {
            let watchers = serde_json::json!([{ "globPattern": "**/*.toml" }]);
            let options = serde_json::json!({ "watchers": watchers });
            let method = "workspace/didChangeWatchedFiles";
            let registration =
                serde_json::json!({ "id": "files", "method": method, "registerOptions": options });
            self.ask("client/registerCapability", serde_json::json!({ "registrations": [registration] }));
        }
    }

    /// The knowledge around a file or folder of this machine, where there is any.
    fn world_at(&mut self, path: &Path) -> Option<&mut World> {
        let folder = path.ancestors().find(|above| above.is_dir())?;
        let root = source::discover(folder).ok()?;
        let at = root.folder();
        if !self.worlds.contains_key(&at) {
            let world = World::open(root, self.limits, self.cached).ok()?;
            self.worlds.insert(at.clone(), world);
            self.look();
        }
        self.worlds.get_mut(&at)
    }

    /// The file at an address: the knowledge that it belongs to, and its path there.
    fn locate(&mut self, uri: &Uri) -> Option<(&mut World, String)> {
        let file = uri.to_file_path().ok()?;
        // As links are followed where knowledge is looked for.
        let folder = file.parent().and_then(|folder| folder.canonicalize().ok());
        let file = folder.and_then(|folder| Some(folder.join(file.file_name()?))).unwrap_or(file);
        let world = self.world_at(&file)?;
        let path = world.path_of(&file)?;
        Some((world, path))
    }

    /// The same, with everything compiled that was typed.
    pub fn fresh(&mut self, uri: &Uri) -> Option<(&World, String)> {
        self.compile();
        self.typed(uri)
    }

    /// The same, with what was typed; what is compiled may be a moment behind.
    pub fn typed(&mut self, uri: &Uri) -> Option<(&World, String)> {
        let (world, path) = self.locate(uri)?;
        Some((&*world, path))
    }

    /// All knowledge, with everything compiled that was typed.
    pub fn worlds(&mut self) -> impl Iterator<Item = &World> {
        self.compile();
        self.worlds.values()
    }

    /// Takes a notification up. What can't be understood is passed over: nobody waits for an answer.
    pub fn note(&mut self, notification: &Notification) {
        fn read<T: DeserializeOwned>(notification: &Notification) -> Option<T> {
            serde_json::from_value(notification.params.clone()).ok()
        }
        match notification.method.as_str() {
            "textDocument/didOpen" => {
                let Some(params) = read::<DidOpenTextDocumentParams>(notification) else { return };
                let document = params.text_document;
                if let Some((world, path)) = self.locate(&document.uri) {
                    world.edit(&path, document.version, &document.text);
                }
            }
            "textDocument/didChange" => {
                if let Some(params) = read::<DidChangeTextDocumentParams>(notification) {
                    self.changed(params);
                }
            }
            "textDocument/didClose" => {
                let Some(params) = read::<DidCloseTextDocumentParams>(notification) else { return };
                if let Some((world, path)) = self.locate(&params.text_document.uri) {
                    world.close(&path);
                    world.reload();
                }
            }
            "textDocument/didSave" | "workspace/didChangeWatchedFiles" => {
                self.worlds.values_mut().for_each(World::reload);
                self.look();
            }
            _ => {}
        }
    }

    fn changed(&mut self, params: DidChangeTextDocumentParams) {
        let document = params.text_document;
        let units = self.client.units;
        let Some((world, path)) = self.locate(&document.text_document_identifier.uri) else { return };
        let Some(text) = world.text(&path) else { return };
        let mut text = String::from_utf8_lossy(&text.bytes).into_owned();
        for change in params.content_changes {
            match change {
                TextDocumentContentChangeEvent::TextDocumentContentChangePartial(change) => {
                    let range = Lined::new(text.as_bytes(), units).range(change.range);
                    text.replace_range(range, &change.text);
                }
                TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(change) => {
                    text = change.text
                }
            }
        }
        world.edit(&path, document.version, &text);
    }

    /// Compiles all that was typed, waiting for what is compiled beside, and tells what is wrong.
    fn compile(&mut self) {
        while self.worlds.values().any(World::is_busy) {
            // The thread that compiles has a sender of its own, and so has this.
            let Ok(done) = self.done.1.recv() else { return };
            self.take_up(done);
        }
        let stale: Vec<PathBuf> = self.keys(World::is_stale);
        for key in stale {
            if let Some(world) = self.worlds.get_mut(&key) {
                world.refresh();
            }
            self.tell_all(&key);
        }
    }

    /// Nobody waits for anything: tells what is wrong with what was typed. Where there is much knowledge, what a glance tells is
    /// told first, and all of it is compiled beside.
    pub fn settle(&mut self) {
        for key in self.keys(World::is_stale) {
            let Some(world) = self.worlds.get_mut(&key) else { continue };
            if world.is_small() {
                world.refresh();
                self.tell_all(&key);
                continue;
            }
            let glance = world.glance();
            if let Some(next) = world.next() {
                let (background, done) = (Arc::clone(&self.background), self.done.0.clone());
                let key = key.clone();
                std::thread::spawn(move || {
                    let compiled = background.work(|| next.compile());
                    // A session that has ended waits for nothing.
                    let _ = done.send((key, compiled));
                });
            }
            if let Some((texts, findings)) = glance {
                let world = &self.worlds[&key];
                let found = by_file(world, &texts, &findings, self.client.units);
                let files: BTreeSet<PathBuf> =
                    world.open_paths().iter().map(|path| world.on_disk(path)).collect();
                self.publish(&key, found, files, false);
            }
        }
        // What was taken up before anything was told of it.
        for key in self.keys(|world| !world.is_stale() && !world.is_told()) {
            self.tell_all(&key);
        }
    }

    /// Takes up what was compiled beside, and tells of it where nothing was typed since.
    pub fn take_up(&mut self, (key, compiled): Done) {
        let Some(world) = self.worlds.get_mut(&key) else { return };
        world.done(compiled);
        if !world.is_stale() {
            self.tell_all(&key);
        }
    }

    fn keys(&self, which: impl Fn(&World) -> bool) -> Vec<PathBuf> {
        self.worlds.iter().filter(|(_, world)| which(world)).map(|(key, _)| key.clone()).collect()
    }

    /// Tells all that is wrong with the knowledge in a folder.
    fn tell_all(&mut self, key: &Path) {
        let Some(world) = self.worlds.get_mut(key) else { return };
        world.told();
        let world = &*world;
        let found = diagnostics(world, self.client.units);
        let shown = self.told.keys().filter(|file| world.path_of(file).is_some()).cloned();
        let open = world.open_paths();
        let open = open.iter().map(|path| world.on_disk(path));
        let files = found.keys().map(|path| world.on_disk(path)).chain(shown).chain(open).collect();
        self.publish(key, found, files, true);
    }

    /// Tells of those of `files` of which something else is wrong than the editor shows, or another version. With `all`, a file
    /// of which nothing was found is well; else only one that is open in another version than was told of is looked at.
    fn publish(
        &mut self,
        key: &Path,
        mut found: BTreeMap<String, Vec<Diagnostic>>,
        files: BTreeSet<PathBuf>,
        all: bool,
    ) {
        let Some(world) = self.worlds.get(key) else { return };
        for file in files {
            let Some(path) = world.path_of(&file) else { continue };
            let version = world.version(&path);
            let known = self.told.get(&file);
            if !all && known.is_some_and(|known| known.0 == version) {
                continue;
            }
            let now = (version, found.remove(&path).unwrap_or_default());
            if known == Some(&now) || known.is_none() && now.1.is_empty() && version.is_none() {
                continue;
            }
            let Ok(uri) = Uri::from_file_path(&file) else { continue };
            let params = PublishDiagnosticsParams { uri, version, diagnostics: now.1.clone() };
            let notification = Notification::new("textDocument/publishDiagnostics".to_owned(), params);
            // An editor that is gone is told nothing.
            let _ = self.sender.send(notification.into());
            self.told.insert(file, now);
        }
    }

    /// Looks at what is committed, in threads of their own.
    fn look(&mut self) {
        let refreshes = self.client.refreshes;
        self.requests += 1;
        for world in self.worlds.values() {
            let sender = self.sender.clone();
            let id = RequestId::from(format!("lenses-{}", self.requests));
            world.past.look(move || {
                if refreshes {
                    let request = Request::new(id, "workspace/codeLens/refresh".to_owned(), ());
                    // An editor that is gone asks for nothing.
                    let _ = sender.send(request.into());
                }
            });
        }
    }

    fn ask(&mut self, method: &str, params: serde_json::Value) {
        self.requests += 1;
        let id = RequestId::from(format!("ask-{}", self.requests));
        // An editor that is gone is asked nothing.
        let _ = self.sender.send(Request::new(id, method.to_owned(), params).into());
    }
}
