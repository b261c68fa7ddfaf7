//! Which merged region an address lies in, however many there are and however far they reach.

use crate::intake::workbook::{CellRef, Region};

/// A segment tree over rows: each region hangs at the few nodes that together are its rows, so a hostile list (20,000 regions
/// over a million rows each) costs no more than a form's. Regions at one node are apart in their columns.
#[derive(Debug, Default)]
pub struct Merges {
    /// Rows at which some region begins, or the one behind its last; ascending.
    bounds: Vec<u32>,
    /// Regions by tree node, those of one by first column.
    regions: Vec<Region>,
    /// For each node where its regions begin; one more for where the last node's end.
    starts: Vec<usize>,
    /// All regions, by first row.
    by_row: Vec<Region>,
}

impl Merges {
    pub fn new(regions: &[Region]) -> Self {
        if regions.is_empty() {
            return Self::default();
        }
        let mut bounds: Vec<u32> = regions
            .iter()
            .flat_map(|r| [r.first.row, r.last.row.saturating_add(1)])
            .collect();
        bounds.sort_unstable();
        bounds.dedup();
        let mut hung: Vec<(usize, Region)> = Vec::with_capacity(regions.len() * 2);
        for region in regions {
            let at = |row: u32| bounds.partition_point(|b| *b < row) + bounds.len();
            let (mut low, mut high) = (at(region.first.row), at(region.last.row.saturating_add(1)));
            while low < high {
                let ends = [(low & 1 == 1, low), (high & 1 == 1, high.wrapping_sub(1))];
                hung.extend(
                    ends.into_iter()
                        .filter(|(is_end, _)| *is_end)
                        .map(|(_, node)| (node, *region)),
                );
                low = low.div_ceil(2);
                high /= 2;
            }
        }
        // Spreadsheet programs allow no two regions to overlap; of those that do, the first in the file stands.
        hung.sort_by_key(|(node, region)| (*node, region.first.col));
        let mut reached: Option<(usize, u32)> = None;
        hung.retain(|(node, region)| {
            let apart = reached.is_none_or(|(at, col)| at != *node || region.first.col > col);
            if apart {
                reached = Some((*node, region.last.col));
            }
            apart
        });
        let mut starts = Vec::with_capacity(bounds.len() * 2 + 1);
        for (place, (node, _)) in hung.iter().enumerate() {
            while starts.len() <= *node {
                starts.push(place);
            }
        }
        starts.resize(bounds.len() * 2 + 1, hung.len());
        let mut by_row = regions.to_vec();
        by_row.sort_by_key(|r| r.first.row);
        Self {
            bounds,
            regions: hung.into_iter().map(|(_, region)| region).collect(),
            starts,
            by_row,
        }
    }

    /// The regions that hang at a node.
    fn of_node(&self, node: usize) -> &[Region] {
        let range = self.starts.get(node).zip(self.starts.get(node + 1));
        range
            .and_then(|(start, end)| self.regions.get(*start..*end))
            .unwrap_or_default()
    }

    /// The regions of each tree node over a row that has any.
    fn nodes(&self, row: u32) -> impl Iterator<Item = &[Region]> {
        let intervals = self.bounds.partition_point(|b| *b <= row);
        let leaf = intervals.checked_sub(1).map(|ix| ix + self.bounds.len());
        std::iter::successors(leaf, |node| Some(node / 2).filter(|node| *node > 0))
            .map(|node| self.of_node(node))
            .filter(|regions| !regions.is_empty())
    }

    pub fn at(&self, at: CellRef) -> Option<Region> {
        self.nodes(at.row).find_map(|here| region_of(here, at))
    }

    /// The regions of one row, for asking after many of its addresses.
    pub fn of_row(&self, row: u32) -> RowMerges<'_> {
        RowMerges {
            row,
            nodes: self.nodes(row).collect(),
        }
    }

    /// Regions that touch a block of rows, by first row.
    pub fn touching(&self, first: u32, last: u32) -> impl Iterator<Item = &Region> {
        let end = self.by_row.partition_point(|r| r.first.row <= last);
        self.by_row
            .iter()
            .take(end)
            .filter(move |r| r.last.row >= first)
    }
}

/// The regions of one row, by tree node; most rows have none, or those of one.
pub struct RowMerges<'m> {
    row: u32,
    nodes: Vec<&'m [Region]>,
}

impl RowMerges<'_> {
    pub fn at(&self, col: u32) -> Option<Region> {
        let at = CellRef::new(self.row, col);
        self.nodes.iter().find_map(|here| region_of(here, at))
    }
}

/// The region of an address among those of a node.
fn region_of(here: &[Region], at: CellRef) -> Option<Region> {
    let last = here
        .partition_point(|r| r.first.col <= at.col)
        .checked_sub(1)?;
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
        let regions: Vec<Region> = [
            "A1:H1",
            "A4:A9",
            "B4:B6",
            "B7:B9",
            "C5:D5",
            "XFC1048575:XFD1048576",
        ]
        .map(region)
        .to_vec();
        let merges = Merges::new(&regions);
        for row in 0..12 {
            for col in 0..10 {
                let at = CellRef::new(row, col);
                assert_eq!(
                    merges.at(at),
                    regions.iter().find(|r| r.contains(at)).copied(),
                    "{at}"
                );
                assert_eq!(merges.of_row(row).at(col), merges.at(at), "{at}");
            }
        }
        assert_eq!(
            merges.at(CellRef::parse("XFD1048576").unwrap()),
            Some(regions[5])
        );
        assert_eq!(merges.touching(3, 4).count(), 3);
        assert_eq!(Merges::new(&[]).at(CellRef::new(0, 0)), None);
    }

    /// A list of a region for each of the rows they touch once took gigabytes.
    #[test]
    fn tall_regions_cost_no_more_than_low_ones() {
        let regions: Vec<Region> = (0..16_000)
            .map(|col| Region {
                first: CellRef::new(col % 7, col),
                last: CellRef::new(1_048_575 - col, col),
            })
            .collect();
        let merges = Merges::new(&regions);
        assert!(merges.regions.len() < 16_000 * 40);
        assert_eq!(
            merges.at(CellRef::new(500_000, 15_999)),
            Some(regions[15_999])
        );
        assert_eq!(merges.at(CellRef::new(1_048_575, 1)), None);
    }
}
