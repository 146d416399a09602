//! Texts are laid out with WhatsApp's marks, `*bold*`; what they become where those mean nothing or something else.

/// A piece of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece<'a> {
    Plain(&'a str),
    Bold(&'a str),
}

/// A text without marks, for e-mail and short messages.
#[must_use]
pub fn as_plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    each_piece(text, |piece| {
        let (Piece::Plain(words) | Piece::Bold(words)) = piece;
        plain.push_str(words);
    });
    plain
}

/// A text as the HTML that Telegram takes (<https://core.telegram.org/bots/api#html-style>): whatever people wrote into it
/// stands there literally.
#[must_use]
pub fn as_html(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    each_piece(text, |piece| match piece {
        Piece::Plain(words) => escape(words, &mut html),
        Piece::Bold(words) => {
            html.push_str("<b>");
            escape(words, &mut html);
            html.push_str("</b>");
        }
    });
    html
}

fn escape(words: &str, html: &mut String) {
    for character in words.chars() {
        match character {
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '&' => html.push_str("&amp;"),
            other => html.push(other),
        }
    }
}

fn each_piece(text: &str, mut visit: impl FnMut(Piece<'_>)) {
    for line in text.split_inclusive('\n') {
        let mut rest = line;
        while let Some((before, bold, after)) = first_bold(rest) {
            visit(Piece::Plain(before));
            visit(Piece::Bold(bold));
            rest = after;
        }
        visit(Piece::Plain(rest));
    }
}

/// The first `*bold*` of a line: the marks hug the words, and no letter or digit hugs the marks.
fn first_bold(line: &str) -> Option<(&str, &str, &str)> {
    for (open, _) in line.match_indices('*') {
        let (before, marked) = (line.get(..open)?, line.get(open.saturating_add(1)..)?);
        if before.ends_with(char::is_alphanumeric) || marked.starts_with(char::is_whitespace) {
            continue;
        }
        for (close, _) in marked.match_indices('*') {
            let (bold, after) = (marked.get(..close)?, marked.get(close.saturating_add(1)..)?);
            let hugged = !bold.is_empty() && !bold.ends_with(char::is_whitespace);
            if hugged && !after.starts_with(char::is_alphanumeric) {
                return Some((before, bold, after));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn bold_words_are_bold_or_bare() {
        let text = "📊 *DEAL SUMMARY* 📊\nSold to *Shah & Sons <Pvt>*: *10 kg*";
        assert_eq!(as_plain(text), "📊 DEAL SUMMARY 📊\nSold to Shah & Sons <Pvt>: 10 kg");
        assert_eq!(
            as_html(text),
            "📊 <b>DEAL SUMMARY</b> 📊\nSold to <b>Shah &amp; Sons &lt;Pvt&gt;</b>: <b>10 kg</b>"
        );
    }

    #[test]
    fn an_asterisk_of_somebody_elses_stays_one() {
        for text in ["2*3*4", "a * b * c", "*", "**", "* *", "*open", "*over\nlines*", "5*"] {
            assert_eq!((as_plain(text), as_html(text)), (text.to_owned(), text.to_owned()));
        }
    }

    proptest! {
        #[test]
        fn whatever_is_written_no_markup_comes_of_it(text in "[a*<>&/ b\n]{0,40}|\\PC{0,40}") {
            let html = as_html(&text);
            let tags = html.replace("<b>", "").replace("</b>", "");
            prop_assert!(!tags.contains(['<', '>']), "{html}");
            prop_assert_eq!(html.matches("<b>").count(), html.matches("</b>").count());
            let words = tags.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
            prop_assert_eq!(words, as_plain(&text));
        }
    }
}
