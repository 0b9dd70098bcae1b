//! The head of a view: the views above it, its title, its size, the links from it, and facts.

use std::fmt::{self, Display, Write as _};

use crate::html::Text;

/// A head before it is written. Titles and texts may be foreign; notes and facts are HTML.
pub struct Head<'a> {
    title: &'a str,
    above: Vec<(String, &'a str)>,
    badge: String,
    note: String,
    links: Vec<(String, &'static str)>,
}

impl<'a> Head<'a> {
    /// Creates a head with this title.
    pub const fn new(title: &'a str) -> Self {
        Self { title, above: Vec::new(), badge: String::new(), note: String::new(), links: Vec::new() }
    }

    /// Adds a view above this one, the topmost first.
    pub fn below(mut self, url: impl Display, text: &'a str) -> Self {
        self.above.push((url.to_string(), text));
        self
    }

    /// Adds HTML to the title.
    pub fn badge(mut self, badge: impl Display) -> Self {
        let _ = write!(self.badge, " {badge}");
        self
    }

    /// Sets the note beside the title, as HTML.
    pub fn note(mut self, note: impl Display) -> Self {
        self.note = note.to_string();
        self
    }

    /// Adds a link at the end of the line.
    pub fn link(mut self, url: impl Display, text: &'static str) -> Self {
        self.links.push((url.to_string(), text));
        self
    }

    /// Writes the head.
    pub fn write(&self, out: &mut String) -> fmt::Result {
        if !self.above.is_empty() {
            out.write_str("<nav class=\"above\" aria-label=\"Breadcrumb\">")?;
            for (index, (url, text)) in self.above.iter().enumerate() {
                let between = if index == 0 { "" } else { "<span aria-hidden=\"true\"> › </span>" };
                write!(out, "{between}<a href=\"{url}\">{}</a>", Text(text))?;
            }
            out.write_str("</nav>")?;
        }
        write!(out, "<div class=\"head\"><h1 class=\"wrap\">{}{}</h1>", Text(self.title), self.badge)?;
        if !self.note.is_empty() {
            write!(out, "<span class=\"soft caption\">{}</span>", self.note)?;
        }
        for (url, text) in &self.links {
            write!(out, "<a href=\"{url}\">{text}</a>")?;
        }
        out.write_str("</div>")
    }
}

/// Writes facts as a list of names and values, the values as HTML.
pub fn facts(out: &mut String, facts: &[(&str, String)]) -> fmt::Result {
    out.write_str("<dl class=\"facts\">")?;
    for (name, value) in facts {
        write!(out, "<div><dt>{name}</dt><dd>{value}</dd></div>")?;
    }
    out.write_str("</dl>")
}
