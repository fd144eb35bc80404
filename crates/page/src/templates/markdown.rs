//! Markdown of others as markup of ours: paragraphs, lists, emphasis, links and code. Nothing else of it survives.
//!
//! Raw HTML is shown as the text it is. Pictures become their description: nothing is loaded from elsewhere. Headings become
//! bold paragraphs, so that the page keeps its own outline.

use maud::{Markup, PreEscaped, html};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::text::clean;

/// Renders Markdown.
pub fn markdown(text: &str) -> Markup {
    let mut out = String::with_capacity(text.len() * 5 / 4);
    let mut depth = 0_usize;
    for event in Parser::new_ext(text, Options::empty()) {
        match event {
            Event::Start(tag) => {
                depth += 1;
                // Deeper nesting than anybody writes: keep the words, drop the structure.
                if depth <= DEEPEST {
                    open(&mut out, &tag);
                }
            }
            Event::End(tag) => {
                if depth <= DEEPEST {
                    close(&mut out, tag);
                }
                depth = depth.saturating_sub(1);
            }
            Event::Text(words) | Event::Html(words) | Event::InlineHtml(words) => {
                push(&mut out, &words)
            }
            Event::Code(words) => {
                out.push_str("<code>");
                push(&mut out, &words);
                out.push_str("</code>");
            }
            Event::SoftBreak => out.push(' '),
            Event::HardBreak => out.push_str("<br>"),
            Event::Rule => out.push_str("<hr>"),
            _ => {}
        }
    }
    PreEscaped(out)
}

fn push(out: &mut String, words: &str) {
    out.push_str(&html! { (clean(words)) }.0);
}

fn open(out: &mut String, tag: &Tag<'_>) {
    match tag {
        Tag::Paragraph => out.push_str("<p>"),
        Tag::Heading { .. } => out.push_str("<p><strong>"),
        Tag::List(Some(_)) => out.push_str("<ol>"),
        Tag::List(None) => out.push_str("<ul>"),
        Tag::Item => out.push_str("<li>"),
        Tag::Emphasis => out.push_str("<em>"),
        Tag::Strong => out.push_str("<strong>"),
        Tag::BlockQuote(_) => out.push_str("<blockquote>"),
        Tag::CodeBlock(_) => out.push_str("<pre><code>"),
        Tag::Link { dest_url, .. } => {
            let safe = ["https://", "http://", "mailto:"]
                .iter()
                .any(|start| dest_url.starts_with(start));
            let href = if safe { dest_url.as_ref() } else { "#" };
            out.push_str(
                &html! { a href=(href) rel="nofollow noreferrer" {} }
                    .0
                    .replace("</a>", ""),
            );
        }
        _ => {}
    }
}

fn close(out: &mut String, tag: TagEnd) {
    out.push_str(match tag {
        TagEnd::Paragraph => "</p>",
        TagEnd::Heading(_) => "</strong></p>",
        TagEnd::List(true) => "</ol>",
        TagEnd::List(false) => "</ul>",
        TagEnd::Item => "</li>",
        TagEnd::Emphasis => "</em>",
        TagEnd::Strong => "</strong>",
        TagEnd::BlockQuote(_) => "</blockquote>",
        TagEnd::CodeBlock => "</code></pre>",
        TagEnd::Link => "</a>",
        _ => "",
    });
}

const DEEPEST: usize = 24;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &str) {
        assert_eq!(markdown(text).0, expect);
    }

    #[test]
    fn paragraphs_lists_and_emphasis_are_kept() {
        check(
            "In *one* day:\n\n- plan **well**\n- cut",
            "<p>In <em>one</em> day:</p><ul><li>plan <strong>well</strong></li><li>cut</li></ul>",
        );
        check("# Big", "<p><strong>Big</strong></p>");
    }

    #[test]
    fn t56_html_in_markdown_stays_text() {
        check(
            "<script>alert(1)</script>",
            "&lt;script&gt;alert(1)&lt;/script&gt;",
        );
        check("a <b onclick=x>b", "<p>a &lt;b onclick=x&gt;b</p>");
        check(
            "![alt <x>](https://evil.example/track.png)",
            "<p>alt &lt;x&gt;</p>",
        );
    }

    #[test]
    fn t56_links_lead_to_pages_only() {
        check(
            "[a](javascript:alert(1))",
            "<p><a href=\"#\" rel=\"nofollow noreferrer\">a</a></p>",
        );
        check(
            "[a](https://x.example/\"y)",
            "<p><a href=\"https://x.example/&quot;y\" rel=\"nofollow noreferrer\">a</a></p>",
        );
    }

    #[test]
    fn t07_deep_nesting_ends() {
        let deep = "> ".repeat(5000) + "x";
        assert!(markdown(&deep).0.len() < 2000);
    }
}
