//! The refused rows of an import as a file to correct and import again.

use csv::{QuoteStyle, StringRecord, Terminator, WriterBuilder};
use tally_commands::Loaded;
use tally_domain::import::{Finding, ImportEvent, RowJudged, Verdict};

use crate::cells::{OWN_COLUMNS, defuse, is_own_column, quoted_text};
use crate::ledger::Started;
use crate::sheet::Sheet;

/// What spreadsheets need to read a file as UTF-8.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// The rows that an import refused so far, in the order of the file.
pub fn find_refused(loaded: &Loaded<ImportEvent>) -> Vec<RowJudged> {
    let rows = loaded.events.iter().flat_map(|recorded| match &recorded.event {
        ImportEvent::RowsJudged { rows } => rows.as_slice(),
        ImportEvent::Started { .. } | ImportEvent::CancelRequested {} | ImportEvent::Ended { .. } => &[],
    });
    let refused = rows.filter(|row| row.verdict == Verdict::Refused);
    refused.cloned().collect()
}

/// Writes what was found in each refused row, and the row as it stood in the file, if that is still
/// there. No cell is one that a spreadsheet would run.
///
/// # Errors
/// The file is not read as it was when its rows were judged.
pub fn write_refused(
    started: &Started,
    refused: &[RowJudged],
    file: Option<&[u8]>,
    describe: impl Fn(&[Finding]) -> String,
) -> anyhow::Result<Vec<u8>> {
    let sheet = file.map(|bytes| started.open_sheet(bytes)).transpose()?;
    let mut out = WriterBuilder::new()
        .flexible(true)
        .quote_style(QuoteStyle::Necessary)
        .terminator(Terminator::CRLF)
        .from_writer(MARK.to_vec());
    let own: Vec<usize> = sheet.as_ref().map(find_own_columns).unwrap_or_default();
    let header = sheet.as_ref().map(|sheet| sheet.headers().iter().collect());
    let header: StringRecord = header.unwrap_or_default();
    write_line(
        &mut out,
        &OWN_COLUMNS.map(str::to_owned),
        &file_cells(&header, &own, false),
    )?;
    let mut rows = sheet.iter().flat_map(|sheet| sheet.rows());
    for row_verdict in refused {
        let row = rows.by_ref().find(|row| row.row == row_verdict.row);
        let is_defused = sheet.as_ref().is_some_and(Sheet::is_marked);
        let cells = row.map(|row| file_cells(row.raw_cells(), &own, is_defused));
        write_line(
            &mut out,
            &finding_cells(row_verdict, &describe),
            &cells.unwrap_or_default(),
        )?;
    }
    Ok(out.into_inner()?)
}

fn find_own_columns(sheet: &Sheet) -> Vec<usize> {
    let headers = sheet.headers().iter().enumerate();
    let own = headers.filter(|(_, header)| is_own_column(header));
    own.map(|(index, _)| index).collect()
}

/// What stands in the columns that Tally adds.
fn finding_cells(row_verdict: &RowJudged, describe: impl Fn(&[Finding]) -> String) -> [String; 4] {
    let codes: Vec<&str> = row_verdict
        .findings
        .iter()
        .map(|found| found.code.as_str())
        .collect();
    let message = describe(&row_verdict.findings);
    [
        row_verdict.row.to_string(),
        row_verdict.line.to_string(),
        codes.join(" "),
        defuse(&message).into_owned(),
    ]
}

/// The cells of the file itself, without those of columns that Tally added to it.
fn file_cells(cells: &StringRecord, own: &[usize], is_defused: bool) -> Vec<String> {
    let others = cells.iter().enumerate().filter(|(index, _)| !own.contains(index));
    let harmless = |(_, cell): (usize, &str)| {
        if is_defused || quoted_text(cell).is_some() {
            cell.to_owned()
        } else {
            defuse(cell).into_owned()
        }
    };
    others.map(harmless).collect()
}

fn write_line(out: &mut csv::Writer<Vec<u8>>, own: &[String; 4], cells: &[String]) -> anyhow::Result<()> {
    Ok(out.write_record(own.iter().chain(cells))?)
}
