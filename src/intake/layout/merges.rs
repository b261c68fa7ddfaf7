//! Which merged region an address lies in, however many there are and however far they reach.

use crate::intake::workbook::{CellRef, Region};

/// A segment tree over rows: each region hangs at the few nodes that together are its rows, so a hostile list (20,000 regions
/// over a million rows each) costs no more than a form's. Regions at one node are apart in their columns.
#[derive(Debug, Default)]
pub struct Merges {
    /// Rows at which some region begins, or the one behind its last; ascending.
    bounds: Vec<u32>,
    /// Regions by tree node, each list by first column.
    nodes: Vec<Vec<Region>>,
    /// All regions, by first row.
    by_row: Vec<Region>,
}

impl Merges {
    pub fn new(regions: &[Region]) -> Self {
        let mut bounds: Vec<u32> = regions.iter().flat_map(|r| [r.first.row, r.last.row.saturating_add(1)]).collect();
        bounds.sort_unstable();
        bounds.dedup();
        let mut nodes = vec![Vec::new(); bounds.len() * 2];
        for region in regions {
            let at = |row: u32| bounds.partition_point(|b| *b < row) + bounds.len();
            let (mut low, mut high) = (at(region.first.row), at(region.last.row.saturating_add(1)));
            while low < high {
                for end in [low & 1 == 1, high & 1 == 1].into_iter().zip([low, high.wrapping_sub(1)]).filter(|(odd, _)| *odd).map(|(_, node)| node) {
                    if let Some(node) = nodes.get_mut(end) {
                        node.push(*region);
                    }
                }
                low = low.div_ceil(2);
                high /= 2;
            }
        }
        for node in &mut nodes {
            // Spreadsheet programs allow no two regions to overlap; of those that do, the first in the file stands.
            node.sort_by_key(|r| r.first.col);
            let mut reached = None;
            node.retain(|r| {
                let apart = reached.is_none_or(|col| r.first.col > col);
                if apart {
                    reached = Some(r.last.col);
                }
                apart
            });
        }
        let mut by_row = regions.to_vec();
        by_row.sort_by_key(|r| r.first.row);
        Self { bounds, nodes, by_row }
    }

    pub fn at(&self, at: CellRef) -> Option<Region> {
        let interval = self.bounds.partition_point(|b| *b <= at.row).checked_sub(1)?;
        let mut node = interval + self.bounds.len();
        while node > 0 {
            if let Some(region) = region_of(self.nodes.get(node)?, at) {
                return Some(region);
            }
            node /= 2;
        }
        None
    }

    /// The regions of one row, for asking after many of its addresses.
    pub fn of_row(&self, row: u32) -> RowMerges<'_> {
        let mut merges = RowMerges { row, first: &[], others: Vec::new() };
        if let Some(interval) = self.bounds.partition_point(|b| *b <= row).checked_sub(1) {
            let mut node = interval + self.bounds.len();
            while node > 0 {
                match self.nodes.get(node).map_or(&[][..], Vec::as_slice) {
                    [] => {}
                    here if merges.first.is_empty() => merges.first = here,
                    here => merges.others.push(here),
                }
                node /= 2;
            }
        }
        merges
    }

    /// Regions that touch a block of rows, by first row.
    pub fn touching(&self, first: u32, last: u32) -> impl Iterator<Item = &Region> {
        let end = self.by_row.partition_point(|r| r.first.row <= last);
        self.by_row.iter().take(end).filter(move |r| r.last.row >= first)
    }
}

/// The regions of one row, by tree node; most rows have none, or those of one.
pub struct RowMerges<'m> {
    row: u32,
    first: &'m [Region],
    others: Vec<&'m [Region]>,
}

impl RowMerges<'_> {
    pub fn at(&self, col: u32) -> Option<Region> {
        let at = CellRef::new(self.row, col);
        region_of(self.first, at).or_else(|| self.others.iter().find_map(|here| region_of(here, at)))
    }
}

/// The region of an address among those of a node.
fn region_of(here: &[Region], at: CellRef) -> Option<Region> {
    let last = here.partition_point(|r| r.first.col <= at.col).checked_sub(1)?;
    here.get(last).filter(|region| region.contains(at)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(text: &str) -> Region {
        Region::parse(text).unwrap()
    }

    #[test]
    fn every_address_finds_its_region() {
        let regions: Vec<Region> = ["A1:H1", "A4:A9", "B4:B6", "B7:B9", "C5:D5", "XFC1048575:XFD1048576"].map(region).to_vec();
        let merges = Merges::new(&regions);
        for row in 0..12 {
            for col in 0..10 {
                let at = CellRef::new(row, col);
                assert_eq!(merges.at(at), regions.iter().find(|r| r.contains(at)).copied(), "{at}");
                assert_eq!(merges.of_row(row).at(col), merges.at(at), "{at}");
            }
        }
        assert_eq!(merges.at(CellRef::parse("XFD1048576").unwrap()), Some(regions[5]));
        assert_eq!(merges.touching(3, 4).count(), 3);
        assert_eq!(Merges::new(&[]).at(CellRef::new(0, 0)), None);
    }

    /// A list of a region for each of the rows they touch once took gigabytes.
    #[test]
    fn tall_regions_cost_no_more_than_low_ones() {
        let regions: Vec<Region> =
            (0..16_000).map(|col| Region { first: CellRef::new(col % 7, col), last: CellRef::new(1_048_575 - col, col) }).collect();
        let merges = Merges::new(&regions);
        assert!(merges.nodes.iter().map(Vec::len).sum::<usize>() < 16_000 * 40);
        assert_eq!(merges.at(CellRef::new(500_000, 15_999)), Some(regions[15_999]));
        assert_eq!(merges.at(CellRef::new(1_048_575, 1)), None);
    }
}
