//! The HTML that messages are written in (<https://core.telegram.org/bots/api#html-style>).

/// Tags a text may have, without attributes.
const TAGS: [&str; 6] = ["b", "strong", "i", "em", "u", "code"];

/// What is to be read; `None` when it is not well-formed.
pub(super) fn to_be_read(html: &str) -> Option<String> {
    let mut read = String::new();
    let mut open: Vec<&str> = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find(['<', '>', '&']) {
        read.push_str(&rest[..at]);
        let marked = &rest[at..];
        rest = if let Some(entity) =
            ["&lt;", "&gt;", "&amp;", "&quot;"].into_iter().find(|it| marked.starts_with(it))
        {
            read.push(match entity {
                "&lt;" => '<',
                "&gt;" => '>',
                "&amp;" => '&',
                _ => '"',
            });
            &marked[entity.len()..]
        } else {
            let (tag, after) = marked.strip_prefix('<')?.split_once('>')?;
            match tag.strip_prefix('/') {
                Some(closed) => (open.pop()? == closed).then_some(())?,
                None => open.push(TAGS.into_iter().find(|known| *known == tag)?),
            }
            after
        };
    }
    read.push_str(rest);
    open.is_empty().then_some(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_taken_off_and_what_is_no_mark_is_refused() {
        assert_eq!(to_be_read("<b>5 &lt; 6</b> &amp; so on").as_deref(), Some("5 < 6 & so on"));
        for broken in
            ["<b>open", "closed</b>", "<i><b>crossed</i></b>", "5 < 6", "a & b", "<script>x</script>", "<b"]
        {
            assert_eq!(to_be_read(broken), None, "{broken}");
        }
    }
}
