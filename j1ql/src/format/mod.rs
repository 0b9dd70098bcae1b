//! Queries in the style of the service: keywords and verbs in capitals, two blanks before a traversal, one clause a
//! line, texts in double quotes, lines of at most 120 columns where a list can be broken.

mod value;

use std::fmt::Write as _;

use crate::ast::{
    Comment, Direction, Node, OptionalSteps, Predicate, Query, Returns, Selector, Step, Target, Traversal,
    Verbs,
};

/// The longest line that the style guide allows.
const WIDTH: usize = 120;

/// Writes a query in the style of the service.
///
/// Comments are kept, each before the clause that it stands in. Names of columns without `AS` follow the new spelling,
/// as they do in the service.
#[must_use]
pub fn format(query: &Query) -> String {
    let mut lines = Lines { comments: &query.comments, text: String::new() };
    lines.query(query, "");
    let rest = std::mem::take(&mut lines.comments);
    for comment in rest {
        lines.line("", &comment.text);
    }
    lines.text
}

struct Lines<'q> {
    /// Comments that are not written yet.
    comments: &'q [Comment],
    text: String,
}

impl Lines<'_> {
    fn line(&mut self, indent: &str, line: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(indent);
        self.text.push_str(line);
    }

    /// Writes the comments that stand before `offset`.
    fn comments_before(&mut self, indent: &str, offset: usize) {
        while let Some((first, rest)) = self.comments.split_first()
            && first.span.start < offset
        {
            self.comments = rest;
            self.line(indent, &first.text);
        }
    }

    fn query(&mut self, query: &Query, indent: &str) {
        self.comments_before(indent, query.start.span.end);
        let unique = if query.unique.is_some() { "UNIQUE " } else { "" };
        self.line(indent, &format!("FIND {unique}{}", node(&query.start)));
        self.steps(&query.steps, &format!("{indent}  "));
        if let Some(filter) = &query.filter {
            self.comments_before(indent, query.span.end.min(end_of(filter)));
            self.line(indent, &format!("WHERE {}", value::predicate(filter)));
        }
        match &query.returns {
            None => {}
            Some(Returns::Tree(span)) => {
                self.comments_before(indent, span.end);
                self.line(indent, "RETURN TREE");
            }
            Some(Returns::Columns(columns)) => {
                self.comments_before(indent, columns.last().map_or(0, |column| column.span.end));
                self.list(indent, "RETURN", &columns.iter().map(value::column).collect::<Vec<_>>());
            }
        }
        if !query.order_by.is_empty() {
            self.list(indent, "ORDER BY", &query.order_by.iter().map(value::ordering).collect::<Vec<_>>());
        }
        for (keyword, count) in [("SKIP", &query.skip), ("LIMIT", &query.limit)] {
            if let Some(count) = count {
                self.line(indent, &format!("{keyword} {}", count.value));
            }
        }
    }

    /// Writes a list on one line, or an item a line if that is too long.
    fn list(&mut self, indent: &str, keyword: &str, items: &[String]) {
        let line = format!("{keyword} {}", items.join(", "));
        if indent.len() + line.chars().count() <= WIDTH {
            self.line(indent, &line);
            return;
        }
        self.line(indent, keyword);
        for (number, item) in items.iter().enumerate() {
            let comma = if number + 1 < items.len() { "," } else { "" };
            self.line(indent, &format!("  {item}{comma}"));
        }
    }

    fn steps(&mut self, steps: &[Step], indent: &str) {
        for step in steps {
            match step {
                Step::Traversal(step) => {
                    self.comments_before(indent, step.span.end);
                    self.line(indent, &traversal(step));
                }
                Step::Optional(block) => {
                    self.comments_before(indent, block.span.end);
                    self.line(indent, &optional(block));
                }
            }
        }
    }
}

fn end_of(predicate: &Predicate) -> usize {
    match predicate {
        Predicate::And(all) | Predicate::Or(all) => all.last().map_or(0, end_of),
        Predicate::Compare(comparison) => comparison.span.end,
        Predicate::Cidr(cidr) => cidr.span.end,
    }
}

fn optional(block: &OptionalSteps) -> String {
    let steps: Vec<String> = block
        .steps
        .iter()
        .map(|step| match step {
            Step::Traversal(step) => traversal(step),
            Step::Optional(block) => optional(block),
        })
        .collect();
    let alias = block.alias.as_ref().map(|alias| format!(" AS {}", alias.text));
    format!("({})?{}", steps.join(" "), alias.unwrap_or_default())
}

fn traversal(step: &Traversal) -> String {
    let mut text = "THAT ".to_owned();
    if step.negated {
        text.push('!');
    }
    if let Some(somehow) = step.somehow {
        text += "SOMEHOW ";
        if let Some(depth) = somehow.depth {
            let _ = write!(text, "{} ", depth.value);
        }
    }
    match &step.verbs {
        Verbs::Any => text += "RELATES TO",
        Verbs::Names(names) => {
            text += &alternatives(&names.iter().map(|name| name.text.to_uppercase()).collect::<Vec<_>>());
        }
    }
    text += match step.direction {
        Direction::Both => "",
        Direction::Right => " >>",
        Direction::Left => " <<",
    };
    if let Some(alias) = &step.alias {
        let _ = write!(text, " AS {}", alias.text);
    }
    text.push(' ');
    text + &node(&step.node)
}

fn node(node: &Node) -> String {
    let mut text = selector(&node.selector);
    if let Some(filter) = &node.filter {
        let _ = write!(text, " WITH {}", value::predicate(filter));
    }
    if let Some(alias) = &node.alias {
        let _ = write!(text, " AS {}", alias.text);
    }
    text
}

fn selector(selector: &Selector) -> String {
    let mut parts: Vec<String> = selector.smart.iter().map(|name| format!("#{}", name.text)).collect();
    match &selector.target {
        Target::Any if !parts.is_empty() => {}
        Target::Any => parts.push("*".to_owned()),
        Target::Names(names) => {
            parts.push(alternatives(&names.iter().map(|name| name.text.clone()).collect::<Vec<_>>()));
        }
        Target::Text(text) => parts.push(value::quoted(text)),
    }
    parts.join(" ")
}

/// `a`, or `(a|b)`.
fn alternatives(names: &[String]) -> String {
    match names {
        [one] => one.clone(),
        several => format!("({})", several.join("|")),
    }
}
