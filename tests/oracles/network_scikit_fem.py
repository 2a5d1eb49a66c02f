# /// script
# requires-python = ">=3.11"
# dependencies = ["scikit-fem==12.0.2", "scipy==1.17.1", "numpy==2.4.6"]
# ///
"""The coupled first charge of a coarse network by scikit-fem and SciPy.

Mesh and parameters come from the project (they are input); assembly, interface weights, kinetics,
cohesion, damage and Newton's method are written here anew, on all unknowns at once, with SciPy's
SuperLU. Ten steps of backward Euler; the damage of the step before acts on the resistance.
Plane strain: same discretisation, so equal to rounding. Axisymmetric: scikit-fem integrates the
strain around the axis with more points than one, so equal to the order of the mesh.
Run from the root of the project; writes tests/golden/network/first_charge.json.
"""
import json, pathlib, subprocess
import numpy as np, scipy.sparse as sp, scipy.sparse.linalg as sla, skfem
from skfem.helpers import grad, dot

ROOT = pathlib.Path(__file__).resolve().parents[2]
F, RG = 96485.33212, 8.314462618
DUMP = """
import { meshParticles } from "@cathode/network/mod.ts";
import { coarseCase } from "./tests/network/cases.ts";
const parameters = await coarseCase(Deno.args[0] as "three");
const { interface: _, ...mesh } = meshParticles(parameters.layout, parameters.discretisation);
const { particleNodes, binderNodes } = _;
const plain = (v: ArrayLike<number>) => Array.from(v);
console.log(JSON.stringify({ parameters, nodes: plain(mesh.nodes), triangles: plain(mesh.triangles),
  domains: plain(mesh.domains), inner: plain(particleNodes), outer: plain(binderNodes), size: mesh.size_m }));
"""


def read_case(name):
    path = ROOT / "_dump.ts"
    path.write_text(DUMP)
    try:
        return json.loads(subprocess.run(["deno", "run", "-A", "--quiet", str(path), name], cwd=ROOT,
                                         capture_output=True, check=True, text=True).stdout)
    finally:
        path.unlink()


def first_charge(name, steps=10):
    d = read_case(name)
    P = d["parameters"]
    A, B, L, O = P["activeMaterial"], P["carbonBinder"], P["interface"], P["operation"]
    axi = P["layout"]["geometry"] == "axisymmetric"
    X = np.array(d["nodes"]).reshape(-1, 2)
    T = np.array(d["triangles"]).reshape(-1, 3)
    dom, inner, outer = np.array(d["domains"]), np.array(d["inner"]), np.array(d["outer"])
    N, nG = len(X), len(inner)
    mesh = skfem.MeshTri(X.T, T.T)
    turn = (lambda w: 2 * np.pi * w.x[0]) if axi else (lambda w: 1.0)

    def basis(element, where):
        return skfem.Basis(mesh, element, elements=np.nonzero(where)[0], intorder=4)

    scalar, vector = skfem.ElementTriP1(), skfem.ElementVector(skfem.ElementTriP1())
    mass = skfem.BilinearForm(lambda u, v, w: u * v * turn(w)).assemble(basis(scalar, dom >= 0))
    lap = skfem.BilinearForm(lambda u, v, w: dot(grad(u), grad(v)) * turn(w))
    diff = lap.assemble(basis(scalar, dom >= 0))
    cond = (B["highConductivity_S_m"] * lap.assemble(basis(scalar, dom == -1))
            + B["lowConductivity_S_m"] * lap.assemble(basis(scalar, dom == -2)))

    def lame(m):
        e, n = m["youngsModulus_Pa"], m["poissonRatio"]
        return e * n / (1 + n) / (1 - 2 * n), e / 2 / (1 + n)

    def strain(u, w):
        g = grad(u)
        hoop = u.value[0] / w.x[0] if axi else 0 * u.value[0]
        return g[0, 0], g[1, 1], g[0, 1] + g[1, 0], hoop

    def elastic(m):
        la, mu = lame(m)

        def form(u, v, w):
            a, b = strain(u, w), strain(v, w)
            tr = a[0] + a[1] + a[3]
            return turn(w) * (la * tr * (b[0] + b[1] + b[3])
                              + 2 * mu * (a[0] * b[0] + a[1] * b[1] + a[3] * b[3]) + mu * a[2] * b[2])
        return skfem.BilinearForm(form)

    stiff = elastic(A).assemble(basis(vector, dom >= 0)) + elastic(B).assemble(basis(vector, dom < 0))
    la, mu = lame(A)

    def swelling(u, v, w):
        b = strain(v, w)
        return turn(w) * (3 * la + 2 * mu) * u * (b[0] + b[1] + b[3])
    bv, bs = basis(vector, dom >= 0), basis(scalar, dom >= 0)
    force = skfem.BilinearForm(swelling).assemble(bs, bv)

    # Particles, interface edges, nodal areas and normals, from coordinates alone.
    owner = -np.ones(N, int)
    for p in range(dom.max() + 1):
        owner[np.unique(T[dom == p])] = p
    centres = [((k + 0.5) * P["layout"]["pitch_m"]) for k in range(dom.max() + 1)]
    edges = {}
    for t, k in zip(T, dom):
        if k >= 0:
            for a, b in ((0, 1), (1, 2), (2, 0)):
                key = (min(t[a], t[b]), max(t[a], t[b]))
                edges[key] = edges.get(key, 0) + 1
    isin = np.zeros(N, bool)
    isin[inner] = True
    area = np.zeros(N)
    for (a, b), n in edges.items():
        if n == 1 and isin[a] and isin[b]:
            length = np.hypot(*(X[a] - X[b]))
            ra, rb = (2 * np.pi * X[a, 0], 2 * np.pi * X[b, 0]) if axi else (1, 1)
            area[a] += length * (2 * ra + rb) / 6
            area[b] += length * (ra + 2 * rb) / 6
    w = area[inner]
    c = np.array([[0, centres[owner[i]]] if axi else [centres[owner[i]], d["size"][1] / 2] for i in inner])
    normal = X[inner] - c
    normal /= np.linalg.norm(normal, axis=1)[:, None]
    tangent = np.c_[-normal[:, 1], normal[:, 0]]

    tol = 1e-12
    x0, x1, y0, y1 = [np.abs(X[:, q] - v) < tol for q, v in ((0, 0), (0, d["size"][0]), (1, 0), (1, d["size"][1]))]
    part = np.nonzero(owner >= 0)[0]
    collector = x1 if axi else y0
    bind = np.nonzero((owner < 0) & ~collector)[0]
    free = P["support"]["freeWall"] == 1
    hold_x, hold_y = x0.copy(), y0.copy()
    if axi:
        hold_y |= y1
        hold_x |= x1 & (not free)
    else:
        hold_x |= x1
        hold_y |= y1 & (not free)
    dofs = np.array([[2 * k, 2 * k + 1] for k in range(N)])
    assert np.array_equal(bv.nodal_dofs.T, dofs)
    fu = np.setdiff1d(np.arange(2 * N), np.r_[dofs[hold_x, 0], dofs[hold_y, 1]])
    rows = np.repeat(np.arange(2 * nG), 4)
    cols, vals = [], []
    for a in range(nG):
        for v in (normal[a], tangent[a]):
            cols += [2 * outer[a], 2 * outer[a] + 1, 2 * inner[a], 2 * inner[a] + 1]
            vals += [v[0], v[1], -v[0], -v[1]]
    jump = sp.csr_matrix((vals, (rows, cols)), shape=(2 * nG, 2 * N))[:, fu]
    K, Fx = stiff.tocsr()[fu][:, fu], force.tocsr()[fu][:, part]
    M, D, S = (m.tocsr() for m in (mass[part][:, part], diff[part][:, part], cond[bind][:, bind]))
    pos = -np.ones(N, int)
    pos[part] = np.arange(len(part))
    ip = pos[inner]
    pos[bind] = np.arange(len(bind))
    ib = pos[outer]
    nc, nb = len(part), len(bind)
    Pc = sp.csr_matrix((w, (ip, np.arange(nG))), shape=(nc, nG))
    Pb = sp.csr_matrix((w, (ib, np.arange(nG))), shape=(nb, nG))

    V0, E0 = A["openCircuitVoltage"], A["exchangeCurrent"]

    def ocv(x):
        u = V0["constant_V"] + V0["slope_V"] * x + sum(
            t["amplitude_V"] * np.tanh(t["steepness"] * (x - t["centre"])) for t in V0["terms"])
        return u + V0["end_V"] * (np.exp(-x / V0["endWidth"]) - np.exp((x - 1) / V0["endWidth"]))

    def i0(x):
        return E0["reference_A_m2"] * x ** E0["lithiated"] * (1 - x) ** E0["vacant"]

    def slope(f, x, h=1e-6):
        return (f(x + h) - f(x - h)) / (2 * h)

    C = A["volumeChange"]

    def volume(x):
        return -(C["slope"] * (1 - x) + C["collapseSlope"] * C["collapseWidth"]
                 * np.log1p(np.exp((C["collapseStart"] - x) / C["collapseWidth"])))

    cmax, thermal = A["maximumConcentration_mol_m3"], RG * O["temperature_K"] / F
    nodal = np.asarray(M.sum(1)).ravel()
    current = F * cmax * nodal.sum() / O["period_s"]
    dt = (O["discharged"] - O["charged"]) * O["period_s"] / steps
    dc = L["fractureEnergy_J_m2"] / np.e / L["strength_Pa"]
    K0 = np.e * L["strength_Pa"] / dc
    W2 = np.repeat(w, 2)

    x = np.full(nc, O["discharged"])
    phi, V, i = np.zeros(nb), ocv(O["discharged"]), np.zeros(nG)
    u, damage, effective = np.zeros(len(fu)), np.zeros(nG), np.zeros(nG)
    out = dict(time_s=[], voltage_V=[], concentration=[], damage=[])
    for n in range(steps):
        R = L["resistance_Ohm_m2"] + L["damageResistance_Ohm_m2"] * np.expm1(L["resistanceSharpness"] * damage)
        old = x
        for _ in range(50):
            xs = x[ip]
            q = i / (2 * i0(xs))
            root = 2 * thermal / np.sqrt(1 + q * q)
            r = np.r_[M @ (x - old) / dt + A["diffusivity"]["peak_m2_s"] * (D @ x) + Pc @ i / F / cmax,
                      S @ phi + Pb @ i,
                      V + phi[ib] - ocv(xs) - R * i - 2 * thermal * np.arcsinh(q),
                      (w @ i - current) / current]
            bysurface = -slope(ocv, xs) + root * q / i0(xs) * slope(i0, xs)
            k = np.arange(nG)
            J = sp.bmat([[M / dt + A["diffusivity"]["peak_m2_s"] * D, None, Pc / F / cmax, None],
                         [None, S, Pb, None],
                         [sp.csr_matrix((bysurface, (k, ip)), shape=(nG, nc)),
                          sp.csr_matrix((np.ones(nG), (k, ib)), shape=(nG, nb)),
                          sp.diags(-R - root / (2 * i0(xs))), np.ones((nG, 1))],
                         [None, None, w[None, :] / current, None]], format="csc")
            s = sla.spsolve(J, -r)
            f = min(1.0, 50 / max(1e-30, np.abs(s[nc + nb:-1]).max()))
            x, phi, i, V = x + f * s[:nc], phi + f * s[nc:nc + nb], i + f * s[nc + nb:-1], V + f * s[-1]
            if f == 1.0 and np.abs(s[nc + nb:-1]).max() < 1e-8:
                break
        else:
            raise RuntimeError("reaction")
        load = Fx @ ((volume(x) - volume(O["discharged"])) / 3)

        def cohesion(delta):
            dn, ds = delta[0::2], delta[1::2]
            eff = np.hypot(np.maximum(dn, 0), ds)
            inc = np.maximum(eff - effective, 0) / L["fatigueLength_m"] * np.maximum(eff / dc - L["fatigueThreshold"], 0)
            dam = np.maximum(np.maximum(damage, 1 - np.exp(-eff / dc)), (damage + inc) / (1 + inc))
            t = np.empty_like(delta)
            t[0::2] = np.where(dn > 0, (1 - dam) * K0 * dn, K0 * dn)
            t[1::2] = (1 - dam) * K0 * ds
            return t, eff, dam
        for _ in range(80):
            delta = jump @ u
            t, eff, dam = cohesion(delta)
            r = K @ u - load + jump.T @ (W2 * t)
            # Tangent by differences, two columns at a time.
            h = 1e-6 * dc
            blocks = []
            for q in (0, 1):
                e = np.zeros(2 * nG)
                e[q::2] = h
                blocks.append(((cohesion(delta + e)[0] - cohesion(delta - e)[0]) / (2 * h)).reshape(nG, 2))
            tan = sp.block_diag([np.c_[blocks[0][a], blocks[1][a]] for a in range(nG)], format="csr")
            s = sla.spsolve((K + jump.T @ sp.diags(W2) @ tan @ jump).tocsc(), -r)
            step = np.abs(jump @ s).max()
            u = u + min(1.0, 0.3 * dc / max(step, 1e-30)) * s
            if step < 1e-9 * dc:
                break
        else:
            raise RuntimeError("opening")
        _, effective, damage = cohesion(jump @ u)
        who = owner[part]
        out["time_s"].append((n + 1) * dt)
        out["voltage_V"].append(float(V))
        out["concentration"].append([float(nodal[who == p] @ x[who == p] / nodal[who == p].sum()) for p in range(who.max() + 1)])
        gp = owner[inner]
        out["damage"].append([float(w[gp == p] @ damage[gp == p] / w[gp == p].sum()) for p in range(gp.max() + 1)])
    print(name, out["voltage_V"][-1], out["concentration"][-1], out["damage"][-1])
    return out


if __name__ == "__main__":
    result = {"origin": f"scikit-fem {skfem.__version__}, tests/oracles/network_scikit_fem.py",
              **{name: first_charge(name) for name in ("three-plane", "three")}}
    path = ROOT / "tests" / "golden" / "network" / "first_charge.json"
    path.write_text(json.dumps(result, indent=1) + "\n")
