//! The frame of every document: head, navigation, search, footer.

use std::fmt::{self, Write as _};

use crate::html::{Path, Text};
use crate::http::Settings;

/// The part of the page that a document belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    Overview,
    Jobs,
    Types,
    Entities,
    Query,
    Graph,
    None,
}

const SECTIONS: [(Section, &str, &str); 6] = [
    (Section::Overview, "/", "Overview"),
    (Section::Jobs, "/jobs", "Jobs"),
    (Section::Types, "/types", "Types"),
    (Section::Entities, "/entities", "Entities"),
    (Section::Query, "/query", "Query"),
    (Section::Graph, "/graph", "Graph"),
];

/// The style and the scripts of the graph viewer.
const VIEWER: &str = "<link rel=\"stylesheet\" href=\"/assets/viewer.css\"><script src=\"/assets/sigma.js\" defer></script>\
     <script src=\"/assets/viewer.js\" defer></script>";

/// A document before its content is written.
pub struct Shell<'a> {
    title: &'a str,
    section: Section,
    /// The job whose state is shown, when it is not the present one.
    at: Option<&'a str>,
    /// The URL of the same view as JSON.
    json: Option<String>,
    /// The document has a graph viewer.
    viewer: bool,
    /// A script of its own.
    script: Option<&'static str>,
}

impl<'a> Shell<'a> {
    /// Creates a document with this title.
    pub const fn new(title: &'a str, section: Section) -> Self {
        Self { title, section, at: None, json: None, viewer: false, script: None }
    }

    /// Says that the document shows the state after this job.
    pub fn at(mut self, job: Option<&'a str>) -> Self {
        self.at = job;
        self
    }

    /// Links to the data of the document: its own path and query, with `.json`.
    pub fn json(mut self, uri: &axum::http::Uri) -> Self {
        let path = if uri.path() == "/" { "/index" } else { uri.path() };
        let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        self.json = Some(format!("{path}.json{query}"));
        self
    }

    /// Loads the scripts of the graph viewer.
    pub fn viewer(mut self) -> Self {
        self.viewer = true;
        self
    }

    /// Loads a script.
    pub fn script(mut self, path: &'static str) -> Self {
        self.script = Some(path);
        self
    }

    /// Writes the document around its content.
    pub fn write(
        &self,
        out: &mut String,
        settings: &Settings,
        body: impl FnOnce(&mut String) -> fmt::Result,
    ) -> fmt::Result {
        write!(
            out,
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"color-scheme\" content=\"light dark\"><title>{} · JupiterOne on this machine</title>\
             <link rel=\"icon\" href=\"/assets/icon.svg\" type=\"image/svg+xml\">\
             <link rel=\"stylesheet\" href=\"/assets/page.css\"><script src=\"/assets/page.js\" defer></script>{}{}</head>\
             <body><a class=\"skip\" href=\"#main\">Skip to the content</a><header><div class=\"bar\">\
             <a class=\"brand\" href=\"/\"><img src=\"/assets/icon.svg\" alt=\"\" width=\"30\" height=\"30\">\
             <span>JupiterOne <small>on this machine</small></span></a>\
             <form class=\"search\" action=\"/entities\" role=\"search\"><input type=\"search\" name=\"q\" \
             aria-label=\"Search entities\" placeholder=\"Search entities\"></form></div><nav aria-label=\"Views\">",
            Text(self.title),
            if self.viewer { VIEWER } else { "" },
            self.script.map(|path| format!("<script src=\"{path}\" defer></script>")).unwrap_or_default()
        )?;
        for (section, path, name) in SECTIONS {
            let current = if section == self.section { " aria-current=\"page\"" } else { "" };
            write!(out, "<a href=\"{path}\"{current}>{name}</a>")?;
        }
        out.write_str("</nav></header><main id=\"main\" tabindex=\"-1\">")?;
        if let Some(job) = self.at {
            write!(
                out,
                "<p class=\"note\">The graph as it was after job <a href=\"{}\"><code>{}</code></a>. \
                 <a href=\"/entities\">Show the present</a></p>",
                Path::new(&["jobs", job]),
                Text(job)
            )?;
        }
        body(out)?;
        out.write_str("</main><footer>")?;
        if let Some(json) = &self.json {
            write!(out, "<a href=\"{}\">This view as JSON</a> · ", Text(json))?;
        }
        match &settings.database {
            Some(path) => write!(out, "Everything is in <code>{}</code>.", Text(path.display()))?,
            None => out.write_str("Everything is in memory and ends with this process.")?,
        }
        out.write_str(
            " Nothing leaves this machine.<span id=\"live\" role=\"status\"></span></footer></body></html>",
        )
    }
}
