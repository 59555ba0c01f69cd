//! What the cells of a column have in common, where one cell alone does not show it.

use tally_domain::import::DayOrder;
use tally_domain::text::is_blank;
use tally_domain::value::{Amount, Typed, parse_typed_day};

use crate::sheet::Sheet;

/// How many filled cells show whether a column is of days.
const SAMPLE: u32 = 200;

/// What is known of a column from its cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnFacts {
    /// Whether any cell has content.
    pub is_filled: bool,
    sampled: u32,
    days: u32,
    has_day_first: bool,
    has_month_first: bool,
    has_ambiguous_days: bool,
}

impl ColumnFacts {
    /// Those of a column with content, or without alone.
    #[cfg(test)]
    pub fn of_content(is_filled: bool) -> Self {
        Self {
            is_filled,
            ..Self::default()
        }
    }

    /// Whether most cells are days.
    pub fn is_of_days(&self) -> bool {
        self.days * 2 > self.sampled
    }

    /// The order of day and month that some cell shows and none contradicts.
    pub fn day_order(&self) -> Option<DayOrder> {
        match (self.has_day_first, self.has_month_first) {
            (true, false) => Some(DayOrder::DayFirst),
            (false, true) => Some(DayOrder::MonthFirst),
            (true, true) | (false, false) => None,
        }
    }

    /// Whether some cell can be read as two days.
    pub fn has_ambiguous_days(&self) -> bool {
        self.has_ambiguous_days
    }

    fn add(&mut self, cell: &str) {
        if is_blank(cell) {
            return;
        }
        self.is_filled = true;
        match shown_day_order(cell.trim()) {
            Some(DayOrder::DayFirst) => self.has_day_first = true,
            Some(DayOrder::MonthFirst) => self.has_month_first = true,
            None => {}
        }
        if self.sampled < SAMPLE {
            self.sampled += 1;
            let has_digit = cell.contains(|c: char| c.is_numeric());
            let day = if has_digit {
                parse_typed_day(cell)
            } else {
                Typed::None
            };
            self.days += u32::from(day != Typed::None);
            self.has_ambiguous_days |= matches!(day, Typed::Two(..));
        }
    }
}

/// The facts of each column of the header.
pub fn find_facts(sheet: &Sheet) -> Vec<ColumnFacts> {
    let mut facts = vec![ColumnFacts::default(); sheet.headers().len()];
    for row in sheet.rows() {
        for (facts, cell) in facts.iter_mut().zip(&row.cells) {
            facts.add(cell);
        }
    }
    facts
}

/// The order of day and month in a date of three numbers, where one of them can only be the day.
fn shown_day_order(cell: &str) -> Option<DayOrder> {
    let sign = ['/', '-'].into_iter().find(|sign| cell.contains(*sign))?;
    let parts: Vec<&str> = cell.splitn(3, sign).collect();
    let [first, second, year] = <[&str; 3]>::try_from(parts).ok()?;
    let is_year = year.len() >= 4 && year.bytes().take(4).all(|b| b.is_ascii_digit());
    let [first, second] = [first, second].map(|part| part.parse::<u8>().ok().filter(|_| part.len() <= 2));
    match (first?, second?) {
        _ if !is_year => None,
        (13..=31, 1..=12) => Some(DayOrder::DayFirst),
        (1..=12, 13..=31) => Some(DayOrder::MonthFirst),
        _ => None,
    }
}

/// The decimal sign of a column of amounts, that some cell shows and none contradicts.
pub fn find_decimal_sign(sheet: &Sheet, position: usize) -> Option<char> {
    let mut found = None;
    for row in sheet.rows() {
        let shown = row.cells.get(position).and_then(shown_decimal_sign);
        if let (Some(sign), Some(known)) = (shown, found)
            && sign != known
        {
            return None;
        }
        found = found.or(shown);
    }
    found
}

/// The decimal sign of an amount that has one meaning.
fn shown_decimal_sign(cell: &str) -> Option<char> {
    let is_sign = |c: &char| matches!(c, '.' | ',');
    let signs: Vec<char> = cell.chars().filter(is_sign).collect();
    let last = *signs.last()?;
    let is_certain = matches!(Amount::parse(cell), Typed::One(_));
    let groups = signs.len() > 1 && signs.iter().all(|sign| *sign == last);
    let other = if last == '.' { ',' } else { '.' };
    is_certain.then_some(if groups { other } else { last })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(cells: &[&str]) -> ColumnFacts {
        let mut facts = ColumnFacts::default();
        cells.iter().for_each(|cell| facts.add(cell));
        facts
    }

    #[test]
    fn a_cell_that_allows_one_order_settles_it_for_the_column() {
        for (cells, order) in [
            (&["03/04/2024", "25/04/2024"][..], Some(DayOrder::DayFirst)),
            (&["03/04/2024", "04/25/2024 00:00:00"], Some(DayOrder::MonthFirst)),
            (&["03-04-2024", "25-04-2024"], Some(DayOrder::DayFirst)),
            (&["03/04/2024"], None),
            (&["25/04/2024", "04/25/2024"], None),
            (
                &["2024-04-25", "25.04.2024", "45/13/2024", "25/04/24", "a/b/2024"],
                None,
            ),
        ] {
            assert_eq!(facts(cells).day_order(), order, "{cells:?}");
        }
    }

    #[test]
    fn a_column_is_of_days_when_most_of_its_cells_are() {
        assert!(facts(&["31.12.2025", "", "2026-01-01", "open"]).is_of_days());
        assert!(!facts(&["31.12.2025", "open", "none"]).is_of_days());
        assert!(!facts(&["", " "]).is_of_days() && !facts(&["", " "]).is_filled);
    }

    #[test]
    fn the_decimal_sign_is_that_of_the_cells_that_allow_one() {
        let sign = |cells: &str| {
            let file = format!("tag;price\n{cells}");
            find_decimal_sign(&Sheet::open(file.as_bytes()).unwrap(), 1)
        };
        assert_eq!(sign("a;1.290\nb;7,50\n"), Some(','));
        assert_eq!(sign("a;1,290\nb;750.00\n"), Some('.'));
        assert_eq!(sign("a;1.290\nb;1.290.000\n"), Some(','));
        assert_eq!(sign("a;1.290\nb;free\nc;750\n"), None);
        assert_eq!(sign("a;7,50\nb;750.00\n"), None);
    }
}
