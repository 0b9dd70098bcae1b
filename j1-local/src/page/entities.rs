//! `/entities`, and `/types/{name}` of an entity type: a list to search, filter and sort.

use std::fmt::{self, Write as _};

use axum::extract::{Query, State};
use axum::http::Uri;
use axum::response::Response;
use serde_json::Value;

use super::changes::pages;
use super::head::Head;
use super::shell::{Section, Shell};
use super::{Format, Parameters, respond, value};
use crate::html::{Count, Path, Text};
use crate::http::App;
use crate::http::error::ApiError;
use crate::store::{EntityFilter, List, Test};

/// Entities on a page.
const PAGE: i64 = 50;

/// Columns beside the name.
const COLUMNS: usize = 5;

/// `GET /entities`
pub async fn show(
    State(app): State<App>,
    Query(parameters): Query<Parameters>,
    uri: Uri,
) -> Result<Response, ApiError> {
    list(&app, &parameters, &uri).await
}

/// The view of a list of entities.
pub async fn list(app: &App, parameters: &Parameters, uri: &Uri) -> Result<Response, ApiError> {
    let page = parameters.page();
    let text = Parameters::text;
    let condition = parameters.test.as_deref().and_then(Test::parse).unwrap_or(Test::Is);
    let filter = EntityFilter {
        type_name: text(parameters.r#type.as_ref()),
        class: text(parameters.class.as_ref()),
        search: text(parameters.q.as_ref()),
        test: text(parameters.property.as_ref())
            .map(|name| (name, condition, parameters.value.clone().unwrap_or_default())),
        sort: text(parameters.sort.as_ref()).map(|sort| match sort.strip_prefix('-') {
            Some(name) => (name.to_owned(), true),
            None => (sort, false),
        }),
        offset: (page - 1) * PAGE,
        limit: PAGE,
    };
    let at = text(parameters.at.as_ref());
    let list = app.store.entities(at.clone(), filter.clone()).await?;
    let title = filter.type_name.clone().or(filter.class.clone()).unwrap_or_else(|| "Entities".to_owned());
    let section = if filter.type_name.is_some() { Section::Types } else { Section::Entities };
    let shell = Shell::new(&title, section).at(at.as_deref()).json(uri);
    let view = View { parameters, filter: &filter, list: &list, page };
    Ok(respond(Format::read(uri), &list, &app.settings, &shell, |out| {
        let mut head = Head::new(&title).note(Count(list.total, "entity", "entities"));
        match (&filter.type_name, &filter.class) {
            (Some(name), _) => {
                let graph =
                    Path::new(&["graph", "entities"]).with("type", Some(name)).with("at", at.as_deref());
                head = head.below("/types", "Types").link(graph, "Show in the graph");
            }
            (None, Some(_)) => head = head.below("/entities", "Entities"),
            (None, None) => {}
        }
        out.write_str("<section>")?;
        head.write(out)?;
        view.form(out)?;
        if list.rows.is_empty() {
            out.write_str("<p>No entity matches.</p>")?;
        } else {
            view.table(out)?;
        }
        let more = page * PAGE < list.total;
        pages(out, page, more, |to| view.link(None, Some(to)))?;
        out.write_str("</section>")
    }))
}

/// A list with the request that asked for it.
struct View<'a> {
    parameters: &'a Parameters,
    filter: &'a EntityFilter,
    list: &'a List,
    page: i64,
}

impl View<'_> {
    /// The form to search and filter. Fields that the list does not need are hidden.
    fn form(&self, out: &mut String) -> fmt::Result {
        let action = match &self.filter.type_name {
            Some(name) => Path::new(&["types", name]).to_string(),
            None => "/entities".to_owned(),
        };
        write!(out, "<form class=\"filter\" action=\"{action}\">")?;
        for (name, value) in
            [("at", &self.parameters.at), ("sort", &self.parameters.sort), ("class", &self.parameters.class)]
        {
            if let Some(value) = value {
                write!(out, "<input type=\"hidden\" name=\"{name}\" value=\"{}\">", Text(value))?;
            }
        }
        write!(
            out,
            "<label>Search <input type=\"search\" name=\"q\" value=\"{}\" placeholder=\"any value\"></label>",
            Text(self.filter.search.as_deref().unwrap_or_default())
        )?;
        let (name, test, value) = match &self.filter.test {
            Some((name, test, value)) => (name.as_str(), *test, value.as_str()),
            None => ("", Test::Is, ""),
        };
        if self.list.properties.is_empty() {
            write!(
                out,
                "<label>Property <input name=\"property\" value=\"{}\" placeholder=\"any\"></label>",
                Text(name)
            )?;
        } else {
            out.write_str("<label>Property <select name=\"property\"><option value=\"\">any</option>")?;
            for known in &self.list.properties {
                let selected = if known == name { " selected" } else { "" };
                write!(out, "<option{selected}>{}</option>", Text(known))?;
            }
            out.write_str("</select></label>")?;
        }
        out.write_str("<label>Test <select name=\"test\">")?;
        for (known, code, words) in Test::ALL {
            let selected = if known == test { " selected" } else { "" };
            write!(out, "<option value=\"{code}\"{selected}>{words}</option>")?;
        }
        write!(
            out,
            "</select></label><label>Value <input name=\"value\" value=\"{}\"></label>\
             <button>Filter</button> <a class=\"small\" href=\"{action}\">Reset</a></form>",
            Text(value)
        )
    }

    fn table(&self, out: &mut String) -> fmt::Result {
        let columns = self.columns();
        out.write_str("<div class=\"wide\"><table class=\"cards\"><thead><tr>")?;
        self.head(out, "displayName", "Name")?;
        if self.filter.type_name.is_none() {
            out.write_str("<th>Type</th>")?;
        }
        for column in &columns {
            self.head(out, column, column)?;
        }
        out.write_str("</tr></thead><tbody>")?;
        for row in &self.list.rows {
            let id = row["id"].as_str().unwrap_or_default();
            let key = &row["entity"]["_key"];
            let name = row["entity"].get("displayName").unwrap_or(key);
            write!(
                out,
                "<tr><td data-label=\"Name\"><a href=\"{}\">",
                Path::new(&["entities", id]).with("at", self.parameters.at.as_ref())
            )?;
            value::short(out, "displayName", name)?;
            out.write_str("</a></td>")?;
            if self.filter.type_name.is_none() {
                let type_name = row["entity"]["_type"][0].as_str().unwrap_or_default();
                write!(
                    out,
                    "<td data-label=\"Type\"><a href=\"{}\"><code>{}</code></a></td>",
                    Path::new(&["types", type_name]).with("at", self.parameters.at.as_ref()),
                    Text(type_name)
                )?;
            }
            for column in &columns {
                write!(out, "<td data-label=\"{}\">", Text(column))?;
                match row["properties"].get(column) {
                    Some(value) => value::short(out, column, value)?,
                    None => out.write_str("<span class=\"zero\">–</span>")?,
                }
                out.write_str("</td>")?;
            }
            out.write_str("</tr>")?;
        }
        out.write_str("</tbody></table></div>")
    }

    /// The head of a column, which sorts by it.
    fn head(&self, out: &mut String, property: &str, title: &str) -> fmt::Result {
        let (sorted, descending) = match &self.filter.sort {
            Some((name, descending)) if name == property => (true, *descending),
            _ => (false, false),
        };
        let next = if sorted && !descending { format!("-{property}") } else { property.to_owned() };
        let (aria, arrow) = match (sorted, descending) {
            (true, false) => (" aria-sort=\"ascending\"", " ↑"),
            (true, true) => (" aria-sort=\"descending\"", " ↓"),
            (false, _) => ("", ""),
        };
        write!(out, "<th{aria}><a href=\"{}\">{}{arrow}</a></th>", self.link(Some(&next), None), Text(title))
    }

    /// The same list, sorted in another way or on another page.
    fn link(&self, sort: Option<&str>, page: Option<i64>) -> String {
        let segments: &[&str] = match &self.filter.type_name {
            Some(name) => &["types", name],
            None => &["entities"],
        };
        let parameters = self.parameters;
        Path::new(segments)
            .with("q", self.filter.search.as_ref())
            .with("class", self.filter.class.as_ref())
            .with("property", Parameters::text(parameters.property.as_ref()))
            .with("test", self.filter.test.as_ref().and(parameters.test.as_ref()))
            .with("value", self.filter.test.as_ref().and(parameters.value.as_ref()))
            .with("at", parameters.at.as_ref())
            .with("sort", sort.map(str::to_owned).or_else(|| Parameters::text(parameters.sort.as_ref())))
            .with("page", page.filter(|page| *page > 1 || self.page > 1))
            .to_string()
    }

    /// The properties that say most: those that tell the entities apart, that most of them have and that are short,
    /// with the one asked for first.
    fn columns(&self) -> Vec<String> {
        let mut found: Vec<(&String, usize, Vec<&Value>)> = Vec::new();
        for row in &self.list.rows {
            for (name, value) in row["properties"].as_object().into_iter().flatten() {
                if matches!(name.as_str(), "name" | "displayName") || is_long(value) {
                    continue;
                }
                match found.iter_mut().find(|(known, ..)| *known == name) {
                    Some((_, count, values)) => {
                        *count += 1;
                        if !values.contains(&value) {
                            values.push(value);
                        }
                    }
                    None => found.push((name, 1, vec![value])),
                }
            }
        }
        let constant = |values: &[&Value]| values.len() == 1;
        found.sort_by(|(first, a, x), (second, b, y)| {
            constant(x).cmp(&constant(y)).then(b.cmp(a)).then_with(|| first.cmp(second))
        });
        let asked = [
            self.filter.test.as_ref().map(|(name, ..)| name),
            self.filter.sort.as_ref().map(|(name, _)| name),
        ];
        let mut columns: Vec<String> =
            asked.into_iter().flatten().filter(|name| *name != "displayName").cloned().collect();
        columns.dedup();
        for (name, ..) in found {
            if columns.len() < COLUMNS && !columns.contains(name) {
                columns.push(name.clone());
            }
        }
        columns
    }
}

fn is_long(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.len() > 120)
}
