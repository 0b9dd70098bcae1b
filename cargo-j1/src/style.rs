//! Cargo's colours.

use anstyle::{AnsiColor, Effects, Style};
use clap::builder::Styles;

const BOLD: Effects = Effects::BOLD;

/// Headings of the help.
pub const HEADER: Style = AnsiColor::BrightGreen.on_default().effects(BOLD);
/// Text to type literally.
const LITERAL: Style = AnsiColor::BrightCyan.on_default().effects(BOLD);
/// A placeholder.
const PLACEHOLDER: Style = AnsiColor::Cyan.on_default();
/// `error:`
pub const ERROR: Style = AnsiColor::BrightRed.on_default().effects(BOLD);
/// `warning:`
pub const WARNING: Style = AnsiColor::BrightYellow.on_default().effects(BOLD);
/// `help:`
pub const NOTE: Style = LITERAL;
/// Names in a list.
pub const NAME: Style = LITERAL;

/// The help in cargo's colours.
pub const STYLES: Styles = Styles::styled()
    .header(HEADER)
    .usage(HEADER)
    .literal(LITERAL)
    .placeholder(PLACEHOLDER)
    .error(ERROR)
    .valid(LITERAL)
    .invalid(WARNING);
