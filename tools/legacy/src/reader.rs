//! Rows into typed values; every fault of every row is collected.

use std::cell::RefCell;

use kernel::positive::{LARGEST_QUANTITY, LARGEST_RATE};
use kernel::{BusinessDate, Kg, RatePerKg, Timestamp};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

use crate::books::{DealOriginals, LotOriginals};
use crate::{BadRow, Books, Deal, DealSource, Described, Lot, Party, PartyTable, Product, value};

/// Longest name, code or attribute, in characters: what the new contexts accept.
const LONGEST_NAME: usize = 200;
/// Longest product code, in characters.
const LONGEST_CODE: usize = 64;
/// Longest note, in characters.
const LONGEST_NOTE: usize = 2_000;

/// Reads all tables. Rows with a fault are left out.
pub(crate) fn read(connection: &Connection, bad: &mut Vec<BadRow>) -> rusqlite::Result<Books> {
    let mut parties = table(connection, "sale_parties", bad, |cells| party(cells, PartyTable::Sale))?;
    parties.extend(table(connection, "purchase_parties", bad, |cells| party(cells, PartyTable::Purchase))?);
    Ok(Books {
        deals: table(connection, "deals", bad, deal)?,
        sources: table(connection, "deal_sources", bad, source)?,
        lots: table(connection, "inventory", bad, lot)?,
        products: table(connection, "products", bad, product)?,
        parties,
    })
}

fn table<T>(
    connection: &Connection,
    name: &'static str,
    bad: &mut Vec<BadRow>,
    read: impl Fn(&Cells<'_>) -> Option<T>,
) -> rusqlite::Result<Vec<T>> {
    let mut statement = connection.prepare(&format!("SELECT * FROM \"{name}\" ORDER BY id"))?;
    let mut rows = statement.query([])?;
    let mut values = Vec::new();
    let mut place = 0_usize;
    while let Some(row) = rows.next()? {
        place += 1;
        let id = match row.get_ref("id")? {
            ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
            _ => format!("in place {place}"),
        };
        let cells = Cells { table: name, id, row, bad: RefCell::new(Vec::new()) };
        let value = read(&cells);
        let mut faults = cells.bad.into_inner();
        if let Some(value) = value.filter(|_| faults.is_empty()) {
            values.push(value);
        }
        bad.append(&mut faults);
    }
    Ok(values)
}

fn deal(cells: &Cells<'_>) -> Option<Deal> {
    let (id, date) = (cells.id(), cells.date("date"));
    let (customer, supplier) = (cells.name("saleParty"), cells.name("purchaseParty"));
    let (quantity, rate) = (cells.kg("quantitySold", true), cells.rate("saleRate", true));
    let delivery = cells.spelled("deliveryTerms", "delivered or pickup", value::delivery);
    let source =
        cells.spelled("saleSource", "new, New Material, inventory or From Inventory", value::sale_source);
    let (bought, purchase_rate) = (cells.kg("purchaseQuantity", false), cells.rate("purchaseRate", false));
    let (product, warehouse) = (cells.described(), cells.note("warehouse"));
    let (sale_comments, purchase_comments) = (cells.note("saleComments"), cells.note("purchaseComments"));
    let final_comments = cells.note("finalComments");
    let (created_at, updated_at) = (cells.instant("createdAt"), cells.instant("updatedAt"));
    let ((date, stored_date), (quantity, stored_quantity), (rate, stored_rate)) = (date?, quantity?, rate?);
    let ((delivery, stored_delivery), (source, stored_source)) = (delivery?, source?);
    let ((bought, stored_bought), (purchase_rate, stored_purchase_rate)) = (bought?, purchase_rate?);
    Some(Deal {
        id: id?,
        date,
        customer: customer?,
        quantity,
        rate,
        delivery,
        product: product?,
        source,
        supplier: supplier?,
        bought,
        purchase_rate,
        sale_comments: sale_comments?,
        purchase_comments: purchase_comments?,
        final_comments: final_comments?,
        warehouse: warehouse?,
        created_at: created_at?,
        updated_at: updated_at?,
        originals: DealOriginals {
            date: stored_date,
            quantity: stored_quantity,
            rate: stored_rate,
            delivery_terms: stored_delivery,
            sale_source: stored_source,
            purchase_quantity: stored_bought,
            purchase_rate: stored_purchase_rate,
        },
    })
}

fn source(cells: &Cells<'_>) -> Option<DealSource> {
    let (id, deal, lot) = (cells.id(), cells.name("dealId"), cells.name("inventoryId"));
    let (quantity, cost) = (cells.kg("quantityUsed", true), cells.rate("costPerKg", false));
    let (supplier, order) = (cells.name("supplierName"), cells.whole("selectionOrder"));
    Some(DealSource {
        id: id?,
        deal: deal?,
        lot: lot?,
        quantity: quantity?.0,
        cost: cost?.0,
        supplier: supplier?,
        order: order?,
    })
}

fn lot(cells: &Cells<'_>) -> Option<Lot> {
    let (id, product) = (cells.id(), cells.described());
    let (quantity, rate) = (cells.kg("quantity", false), cells.rate("rate", true));
    let (supplier, received) = (cells.name("purchaseParty"), cells.date("dateAdded"));
    let created_at = cells.instant("createdAt");
    let ((quantity, stored_quantity), (rate, stored_rate)) = (quantity?, rate?);
    let (received_on, stored_date) = received?;
    Some(Lot {
        id: id?,
        product: product?,
        quantity,
        rate,
        supplier: supplier?,
        received_on,
        created_at: created_at?,
        originals: LotOriginals { quantity: stored_quantity, rate: stored_rate, date_added: stored_date },
    })
}

fn product(cells: &Cells<'_>) -> Option<Product> {
    let (id, described, source) = (cells.id(), cells.described(), cells.text("source", LONGEST_NAME));
    Some(Product { id: id?, described: described?, source: source? })
}

fn party(cells: &Cells<'_>, table: PartyTable) -> Option<Party> {
    let (id, name, contact_person) = (cells.id(), cells.name("partyName"), cells.note("contactPerson"));
    let (phone, email, address) = (cells.note("phone"), cells.note("email"), cells.note("address"));
    Some(Party {
        id: id?,
        table,
        name: name?,
        contact_person: contact_person?,
        phone: phone?,
        email: email?,
        address: address?,
    })
}

/// The cells of one row. Each method gives `None` after noting what is wrong.
struct Cells<'a> {
    table: &'static str,
    id: String,
    row: &'a Row<'a>,
    bad: RefCell<Vec<BadRow>>,
}

impl Cells<'_> {
    fn cell(&self, column: &'static str) -> ValueRef<'_> {
        // The schema was checked, so that every column is there.
        self.row.get_ref(column).unwrap_or(ValueRef::Null)
    }

    fn fault<T>(&self, column: &'static str, what_to_do: impl Into<String>) -> Option<T> {
        let value = match self.cell(column) {
            ValueRef::Null => "NULL".to_owned(),
            ValueRef::Integer(number) => number.to_string(),
            ValueRef::Real(number) => value::shortest(number),
            ValueRef::Text(text) => {
                format!("{:?}", String::from_utf8_lossy(text).chars().take(80).collect::<String>())
            }
            ValueRef::Blob(bytes) => format!("a blob of {} bytes", bytes.len()),
        };
        self.bad.borrow_mut().push(BadRow {
            table: self.table,
            id: self.id.clone(),
            column,
            value,
            what_to_do: what_to_do.into(),
        });
        None
    }

    fn id(&self) -> Option<String> {
        self.name("id")
    }

    /// A text; may be empty.
    fn text(&self, column: &'static str, longest: usize) -> Option<String> {
        match self.cell(column) {
            ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
                Ok(text) if text.chars().count() > longest => {
                    self.fault(column, format!("must have at most {longest} characters; shorten it"))
                }
                Ok(text) => Some(text.to_owned()),
                Err(_) => self.fault(column, "must be UTF-8 text; write it again"),
            },
            _ => self.fault(column, "must be a text; write one"),
        }
    }

    /// A text that names something; blanks around it are no part of the name.
    fn name(&self, column: &'static str) -> Option<String> {
        let text = self.text(column, LONGEST_NAME)?;
        if text.trim().is_empty() || text.chars().any(char::is_control) {
            return self.fault(column, "must be a name without control characters; write one");
        }
        Some(text.trim().to_owned())
    }

    /// A text or nothing.
    fn note(&self, column: &'static str) -> Option<Option<String>> {
        match self.cell(column) {
            ValueRef::Null => Some(None),
            _ => self.text(column, LONGEST_NOTE).map(Some),
        }
    }

    fn described(&self) -> Option<Described> {
        let code = self.name("productCode");
        let code = match code {
            Some(code) if code.chars().count() > LONGEST_CODE => {
                self.fault("productCode", format!("must have at most {LONGEST_CODE} characters; shorten it"))
            }
            code => code,
        };
        let (grade, company) = (self.text("grade", LONGEST_NAME), self.text("company", LONGEST_NAME));
        let specific_grade = self.text("specificGrade", LONGEST_NAME);
        Some(Described { code: code?, grade: grade?, company: company?, specific_grade: specific_grade? })
    }

    fn spelled<T>(
        &self,
        column: &'static str,
        spellings: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Option<(T, String)> {
        let text = self.text(column, LONGEST_NAME)?;
        match read(&text) {
            Some(value) => Some((value, text)),
            None => self.fault(column, format!("must be {spellings}; write one of them")),
        }
    }

    fn date(&self, column: &'static str) -> Option<(BusinessDate, String)> {
        self.spelled(column, "a day DD-MM-YYYY or YYYY-MM-DD of 2000 to 2099", value::date)
    }

    /// Epoch milliseconds, as the old backend writes them, or a text, as SQLite's default does.
    fn instant(&self, column: &'static str) -> Option<Timestamp> {
        match self.cell(column) {
            ValueRef::Integer(unix_ms) => Some(Timestamp::from_unix_ms(unix_ms)),
            _ => self.spelled(column, "epoch milliseconds or an instant in UTC", value::instant).map(|i| i.0),
        }
    }

    fn whole(&self, column: &'static str) -> Option<i64> {
        match self.cell(column) {
            ValueRef::Integer(number) => Some(number),
            _ => self.fault(column, "must be a whole number; write one"),
        }
    }

    fn kg(&self, column: &'static str, positive: bool) -> Option<(Kg, String)> {
        let (units, text) = self.number(column, value::kg)?;
        let fits =
            units <= LARGEST_QUANTITY && if positive { units.is_positive() } else { units >= Kg::ZERO };
        if fits { Some((units, text)) } else { self.out_of_bounds(column, positive, "1000000000 kg") }
    }

    fn rate(&self, column: &'static str, positive: bool) -> Option<(RatePerKg, String)> {
        let (units, text) = self.number(column, value::rate)?;
        let least = RatePerKg::from_ten_thousandths(i64::from(positive));
        let fits = units <= LARGEST_RATE && units >= least;
        if fits { Some((units, text)) } else { self.out_of_bounds(column, positive, "10000000 INR/kg") }
    }

    fn number<T>(&self, column: &'static str, read: impl Fn(&str) -> Option<T>) -> Option<(T, String)> {
        let text = match self.cell(column) {
            ValueRef::Real(stored) => value::shortest(stored),
            ValueRef::Integer(stored) => stored.to_string(),
            _ => return self.fault(column, "must be a number; write one"),
        };
        match read(&text) {
            Some(value) => Some((value, text)),
            None => self.fault(column, "must be a number of ordinary size; correct it"),
        }
    }

    fn out_of_bounds<T>(&self, column: &'static str, positive: bool, largest: &str) -> Option<T> {
        let least = if positive { "more than zero" } else { "zero or more" };
        self.fault(column, format!("must be {least} and at most {largest}; correct it"))
    }
}
