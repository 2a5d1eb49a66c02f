/** Particles of the synthetic electrode as voxels. */
import { starNodeCount, starRadius } from "../geometry/star_surface.ts";
import { outlineResolution, type Particles } from "./electrode_particles.ts";

/** Grid of cubic voxels; voxel `[z, y, x]` has its centre half a voxel beyond `index * spacing_um`. */
export interface VoxelGrid {
  readonly depth: number;
  readonly height: number;
  readonly width: number;
  readonly spacing_um: number;
}

/** Item of {@linkcode labelLayers}. */
export interface LabellingItem {
  particles: Particles;
  grid: VoxelGrid;
  /** Label per particle; 0 leaves it out. */
  labelOf: Uint32Array;
  /** Whole volumes over shared memory, to be filled. */
  labels: Uint32Array;
  /** Share of the voxel that particles fill, 255 for all. */
  solid: Uint8Array;
  from: number;
  to: number;
}

/**
 * Labels the layers `from` to before `to`; runs in workers.
 *
 * Where outlines overlap, a voxel goes to the particle of the smallest
 * normalised radius (distance from the centre over the outline's), so that
 * touching particles share a face.
 */
export function labelLayers(
  { particles, grid, labelOf, labels, solid, from, to }: LabellingItem,
): void {
  const { height, width, spacing_um: h } = grid;
  const nodeCount = starNodeCount(outlineResolution);
  const layer = height * width, offset = from * layer;
  const nearest = new Float32Array((to - from) * layer).fill(1);
  for (let p = 0; p < particles.count; p++) {
    if (labelOf[p] === 0) continue;
    const cz = particles.centre_um[3 * p]!,
      cy = particles.centre_um[3 * p + 1]!;
    const cx = particles.centre_um[3 * p + 2]!;
    // Half a voxel farther, where the particle still fills a part of it.
    const reach = particles.reach_um[p]! + h;
    const bottom = Math.min(to - 1, indexBelow(cz + reach, h));
    for (let k = Math.max(from, indexBelow(cz - reach, h)); k <= bottom; k++) {
      const z = (k + 0.5) * h - cz;
      const last = Math.min(height - 1, indexBelow(cy + reach, h));
      for (let j = Math.max(0, indexBelow(cy - reach, h)); j <= last; j++) {
        const y = (j + 0.5) * h - cy;
        const chord = reach * reach - z * z - y * y;
        if (chord <= 0) continue;
        const half = Math.sqrt(chord), row = k * layer + j * width;
        const end = Math.min(width - 1, indexBelow(cx + half, h));
        for (let i = Math.max(0, indexBelow(cx - half, h)); i <= end; i++) {
          const x = (i + 0.5) * h - cx;
          const distance = Math.sqrt(z * z + y * y + x * x);
          // At the centre itself the direction is undefined and does not matter.
          const outline = distance > 0
            ? starRadius(
              particles.outline_um,
              p * nodeCount,
              outlineResolution,
              z,
              y,
              x,
            )
            : 1;
          const filled = (outline - distance) / h + 0.5;
          if (filled <= 0) continue;
          const v = row + i;
          solid[v] = Math.min(
            255,
            solid[v]! + Math.round(255 * Math.min(1, filled)),
          );
          const normalised = distance / outline;
          if (normalised < nearest[v - offset]!) {
            nearest[v - offset] = normalised;
            labels[v] = labelOf[p]!;
          }
        }
      }
    }
  }
}

/** Index of the voxel that holds a coordinate. */
function indexBelow(coordinate_um: number, spacing_um: number): number {
  return Math.floor(coordinate_um / spacing_um);
}
