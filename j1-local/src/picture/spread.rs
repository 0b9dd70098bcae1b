//! Spreads nodes that are too close to be told apart.

use super::layout::{Point, ends, float};

/// Pushes nodes that are closer than `apart` from each other, until none is or it has taken long enough. Those before
/// `first` stay.
pub fn spread(points: &mut [Point], first: usize, apart: f64) {
    let rounds = (250_000 / points.len().max(1)).clamp(50, 120);
    for _ in 0..rounds {
        let squares = Squares::new(points, apart);
        let mut moves = vec![Point::default(); points.len()];
        let mut close = false;
        for (index, point) in points.iter().enumerate().skip(first) {
            let (column, row) = squares.place(*point);
            for row in row.saturating_sub(1)..=row + 1 {
                for &other in squares.row(row, column) {
                    // Each pair once; nodes that stay are pushed by none.
                    if other >= index && other >= first {
                        continue;
                    }
                    let mut way = point.minus(points[other]);
                    let mut square = way.square();
                    if square >= apart * apart {
                        continue;
                    }
                    if square < 1e-12 {
                        // In the very same place: apart in some direction, another one for each node.
                        let turn = float(index) * 2.399_963;
                        way = Point { x: turn.cos() * 1e-3, y: turn.sin() * 1e-3 };
                        square = 1e-6;
                    }
                    let distance = square.sqrt();
                    close |= distance < apart * 0.9;
                    let push = (apart - distance) / distance * 0.3;
                    moves[index] = moves[index].plus(way, push);
                    moves[other] = moves[other].plus(way, -push);
                }
            }
        }
        for (point, step) in points.iter_mut().zip(moves).skip(first) {
            let length = step.square().sqrt();
            if length > 0.0 {
                *point = point.plus(step, (apart / length).min(1.0));
            }
        }
        if !close {
            return;
        }
    }
}

/// The numbers of the points, in the order of the squares of the plane that they are in.
struct Squares {
    low: Point,
    side: f64,
    columns: usize,
    rows: usize,
    /// The place of each square's first point in `points`, and the number of points at the end.
    starts: Vec<usize>,
    points: Vec<usize>,
}

impl Squares {
    /// Makes squares of this side, or larger ones if there would be far more of them than points.
    fn new(points: &[Point], side: f64) -> Self {
        let (low, high) = ends(points);
        let (width, height) = (high.x - low.x, high.y - low.y);
        let side =
            side.max((width * height / (float(points.len()) * 8.0)).sqrt()).max(width.max(height) / 1e4);
        let (columns, rows) = (count(width / side) + 1, count(height / side) + 1);
        let mut squares = Self {
            low,
            side,
            columns,
            rows,
            starts: vec![0; columns * rows + 1],
            points: vec![0; points.len()],
        };
        let places: Vec<usize> = points.iter().map(|point| squares.number(*point)).collect();
        for place in &places {
            squares.starts[place + 1] += 1;
        }
        for place in 0..columns * rows {
            squares.starts[place + 1] += squares.starts[place];
        }
        let mut free = squares.starts.clone();
        for (index, place) in places.into_iter().enumerate() {
            squares.points[free[place]] = index;
            free[place] += 1;
        }
        squares
    }

    /// The column and the row of a point.
    fn place(&self, point: Point) -> (usize, usize) {
        let at = point.minus(self.low);
        (count(at.x / self.side).min(self.columns - 1), count(at.y / self.side).min(self.rows - 1))
    }

    fn number(&self, point: Point) -> usize {
        let (column, row) = self.place(point);
        row * self.columns + column
    }

    /// The points of a row in this column and the two beside it.
    fn row(&self, row: usize, column: usize) -> &[usize] {
        if row >= self.rows {
            return &[];
        }
        let begin = row * self.columns + column.saturating_sub(1);
        let end = row * self.columns + (column + 1).min(self.columns - 1);
        &self.points[self.starts[begin]..self.starts[end + 1]]
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some thousands at the most")]
fn count(number: f64) -> usize {
    number as usize
}
