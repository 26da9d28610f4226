//! Directed graphs over the claims of a slot: components, cycles, an order.

/// For each node its strongly connected component (Tarjan 1972, made iterative: a chain of edges may be as long as
/// a slot). Components are numbered so that an edge between two leads to the lower number.
pub(super) fn components(out: &[Vec<u32>]) -> Vec<u32> {
    const NONE: u32 = u32::MAX;
    let nodes = out.len();
    let (mut index, mut low, mut component) = (vec![NONE; nodes], vec![NONE; nodes], vec![NONE; nodes]);
    let (mut stack, mut calls): (Vec<u32>, Vec<(u32, usize)>) = (Vec::new(), Vec::new());
    let (mut next, mut found) = (0, 0);
    for root in 0..nodes as u32 {
        if index[root as usize] != NONE {
            continue;
        }
        calls.push((root, 0));
        while let Some((node, edge)) = calls.pop() {
            let at = node as usize;
            if edge == 0 {
                index[at] = next;
                low[at] = next;
                next += 1;
                stack.push(node);
            } else {
                let child = out[at][edge - 1] as usize;
                if component[child] == NONE {
                    low[at] = low[at].min(low[child]);
                }
            }
            if let Some(child) = out[at].get(edge) {
                calls.push((node, edge + 1));
                if index[*child as usize] == NONE {
                    calls.push((*child, 0));
                }
            } else if low[at] == index[at] {
                while let Some(member) = stack.pop() {
                    component[member as usize] = found;
                    if member == node {
                        break;
                    }
                }
                found += 1;
            }
        }
    }
    component
}

/// The shortest way from `start` along edges within its component back to itself; empty where there is none.
pub(super) fn cycle(out: &[Vec<u32>], component: &[u32], start: u32) -> Vec<u32> {
    let mut came_from: Vec<Option<u32>> = vec![None; out.len()];
    let mut open = std::collections::VecDeque::from([start]);
    while let Some(node) = open.pop_front() {
        for &next in &out[node as usize] {
            if next == start {
                let mut path = vec![node];
                while let Some(&last) = path.last().filter(|last| **last != start) {
                    path.extend(came_from[last as usize]);
                }
                path.reverse();
                return path;
            }
            let same = component[next as usize] == component[start as usize];
            if same && came_from[next as usize].is_none() {
                came_from[next as usize] = Some(node);
                open.push_back(next);
            }
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cycles_are_components_and_paths() {
        let out = vec![vec![1], vec![2], vec![0, 3], vec![], vec![3]];
        let component = components(&out);
        assert_eq!(component[0], component[1]);
        assert_eq!(component[1], component[2]);
        assert!(component[3] < component[0] && component[4] != component[3]);
        assert_eq!(cycle(&out, &component, 0), [0, 1, 2]);
        assert!(cycle(&out, &component, 4).is_empty());
    }

    #[test]
    fn a_long_chain_needs_no_deep_stack() {
        let nodes = 200_000;
        let out: Vec<Vec<u32>> =
            (1..=nodes).map(|next| if next < nodes { vec![next] } else { vec![] }).collect();
        let component = components(&out);
        assert!(component.is_sorted_by(|a, b| a > b));
    }
}
