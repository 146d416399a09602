//! Rows of views as items: `pk`, `sk`, `seq`, `g1`/`s1` to `g3`/`s3`, `f_<attribute>`, `body`.

use super::SdkItem;
use super::attributes::text;
use crate::item::{Attribute, Item, ItemError};
use crate::views::{Index, Position, Row};

/// Partition and sort attributes of the extra indexes.
const EXTRA: [(&str, &str); 3] = [("g1", "s1"), ("g2", "s2"), ("g3", "s3")];
/// Names of the extra indexes.
const EXTRA_NAMES: [&str; 3] = ["by-1", "by-2", "by-3"];
/// What stands before the name of a row's attribute.
const PREFIX: &str = "f_";

/// An index as DynamoDB knows it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Walk {
    /// Its name; `None` for the table itself.
    pub name: Option<&'static str>,
    /// Its partition attribute.
    pub partition: &'static str,
    /// Its sort attribute.
    pub range: &'static str,
}

impl Walk {
    /// `None` for an index that does not exist.
    pub(super) fn of(index: Index) -> Option<Self> {
        match index {
            Index::Primary => Some(Self { name: None, partition: "pk", range: "sk" }),
            Index::Extra(n) => {
                let (partition, range) = *EXTRA.get(n)?;
                Some(Self { name: EXTRA_NAMES.get(n).copied(), partition, range })
            }
        }
    }

    /// Where a query of `partition` goes on behind a position.
    pub(super) fn start(self, partition: &str, after: &Position) -> SdkItem {
        let mut key = SdkItem::from([
            ("pk".to_owned(), text(&after.pk)),
            ("sk".to_owned(), text(&after.sk)),
            (self.partition.to_owned(), text(partition)),
        ]);
        if let Some(range) = &after.range {
            key.insert(self.range.to_owned(), text(range));
        }
        key
    }

    /// The position of the key a page ended with.
    pub(super) fn position(self, key: SdkItem) -> Result<Position, ItemError> {
        let mut key = Item::from_sdk(key)?;
        let range = if self.name.is_some() { Some(key.take(self.range)?) } else { None };
        Ok(Position { pk: key.take("pk")?, sk: key.take("sk")?, range })
    }
}

/// The name a row's attribute is stored under.
pub(super) fn attribute_name(name: &str) -> String {
    format!("{PREFIX}{name}")
}

impl Item {
    /// A row as it is stored.
    pub(super) fn from_row(row: Row) -> Self {
        let mut item = Self::keyed(row.pk, row.sk).with_number("seq", row.sequence);
        for ((g, s), place) in EXTRA.iter().zip(row.indexes) {
            if let Some((partition, range)) = place {
                item = item.with_text(g, partition).with_text(s, range);
            }
        }
        for (name, value) in row.attributes {
            item.insert(attribute_name(&name), Attribute::Text(value));
        }
        item.with_text("body", row.body)
    }

    /// The row of an item.
    pub(super) fn into_row(mut self) -> Result<Row, ItemError> {
        let mut row = Row {
            pk: self.take("pk")?,
            sk: self.take("sk")?,
            sequence: self.take_number("seq")?.ok_or(ItemError::Missing("seq"))?,
            body: self.take("body")?,
            ..Row::default()
        };
        for ((g, s), place) in EXTRA.iter().zip(&mut row.indexes) {
            *place = self.take_optional(g)?.zip(self.take_optional(s)?);
        }
        for (name, attribute) in self.into_attributes() {
            if let (Some(name), Attribute::Text(value)) = (name.strip_prefix(PREFIX), attribute) {
                row.attributes.insert(name.to_owned(), value);
            }
        }
        Ok(row)
    }
}
