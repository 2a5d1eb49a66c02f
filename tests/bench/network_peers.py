"""The peers' side of the pairs of network.ts: name, words of the case, output file.

Cycles: the same operators (network_case.ts), factorised by SuperLU, condensed onto the interface
and solved in each step by Newton's method with dense LAPACK solutions, in NumPy; one thread.

Prototype: fem.py in the folder that CATHODE_PROTOTYPE names, on the same mesh; one thread.
"""
import json
import os
import pathlib
import subprocess
import sys
import time

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
import numpy as np
import scipy.linalg as la
import scipy.sparse as sp
import scipy.sparse.linalg as sla
from memory import peak_megabytes

F, RG = 96485.33212, 8.314462618


def solve_grid(edge, order):
    n = edge * edge
    index = np.arange(n).reshape(edge, edge)
    rows, cols = [], []
    for dx, dy in ((1, 0), (0, 1), (1, 1)):
        a = index[: edge - dy, : edge - dx].ravel()
        b = index[dy:, dx:].ravel()
        rows += [a, b]
        cols += [b, a]
    rows, cols = np.concatenate(rows), np.concatenate(cols)
    A = (sp.coo_matrix((-np.ones(len(rows)), (rows, cols)), shape=(n, n)) + 6 * sp.eye(n)).tocsc()
    seconds = []
    for _ in range(7):
        start = time.perf_counter()
        x = sla.spsolve(A, np.ones(n), permc_spec={"COLAMD": "COLAMD", "MMD": "MMD_AT_PLUS_A"}[order])
        seconds.append(time.perf_counter() - start)
    return seconds, x


def case(name):
    script = pathlib.Path(__file__).with_name("network_case.ts")
    return json.loads(subprocess.run(["deno", "run", "-A", "--quiet", str(script), name],
                                     capture_output=True, check=True, text=True).stdout)


def prototype(name):
    project = pathlib.Path(__file__).parents[2]
    default = project.parent / "shared" / "prototypes" / "fem"
    sys.dont_write_bytecode = True
    sys.path.insert(0, os.environ.get("CATHODE_PROTOTYPE", str(default)))
    import fem

    d = case(name)
    A, B, L, O = (d["parameters"][k] for k in ("activeMaterial", "carbonBinder", "interface", "operation"))
    Q = A["volumeChange"]
    p = dict(
        cmax=A["maximumConcentration_mol_m3"], Ds=A["diffusivity"]["peak_m2_s"],
        iref=A["exchangeCurrent"]["reference_A_m2"], tau=O["period_s"], x0=O["discharged"],
        E_p=A["youngsModulus_Pa"], nu_p=A["poissonRatio"], E_m=B["youngsModulus_Pa"], nu_m=B["poissonRatio"],
        smax=L["strength_Pa"], Gc=L["fractureEnergy_J_m2"], Cf=L["fatigueThreshold"],
        dSig=L["fatigueLength_m"], law="exp", Rint0=L["resistance_Ohm_m2"],
        Rd=L["damageResistance_Ohm_m2"], kap=L["resistanceSharpness"], xi=0, feedback=L["feedback"],
        a1=Q["slope"], a2=Q["collapseSlope"],
    )
    # The prototype doubles the nodes of the interface itself, and wants them first, ring by ring.
    g = d["mesh"]
    X, tri = np.array(g["nodes"]).reshape(-1, 2), np.array(g["triangles"]).reshape(-1, 3)
    inner, outer = np.array(g["particleNodes"]), np.array(g["binderNodes"])
    single = np.arange(len(X))
    single[outer] = inner
    order = np.r_[inner, np.setdiff1d(np.arange(len(X)), np.r_[inner, outer])]
    place = np.empty(len(X), int)
    place[order] = np.arange(len(order))
    domain, owner = np.array(g["domains"]), np.array(d["owners"])
    m = fem.Mesh()
    m.X, m.tri = X[order], place[single[tri]]
    m.pid, m.low = np.where(domain >= 0, domain, -1), domain == -2
    m.ring = [np.flatnonzero(owner == k) for k in range(owner.max() + 1)]
    m.edges = np.array([(a, b, k) for k, ring in enumerate(m.ring) for a, b in zip(ring, ring[1:])])
    layout = d["parameters"]["layout"]
    m.parts = []
    for k, ring in enumerate(m.ring):
        ends = m.X[ring[[0, -1]]]
        m.parts.append((0.0, ends[:, 1].mean(), layout["particles"][k]["radius_m"]))
    m.box, m.axi = (0, g["size"][0], 0, g["size"][1]), True
    m.sd = lambda at: -np.ones(len(at))
    walls = ["left", "bottom", "top"] + ([] if d["parameters"]["support"]["freeWall"] else ["right"])
    M = fem.Model(m, p, B["highConductivity_S_m"], B["lowConductivity_S_m"], "lateral", roller=walls)
    dt = (O["discharged"] - O["charged"]) * O["period_s"] / 50
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        for step in range(100):
            M.step(dt, (1 if step < 50 else -1) * M.Iref)
        seconds.append(time.perf_counter() - start)
    return seconds, np.r_[M.V, M.xbar(), M.Dbar()]


def cycle(name):
    d = case(name)
    P = d["parameters"]
    A, L, O = P["activeMaterial"], P["interface"], P["operation"]
    nc, w = len(d["nodeVolumes"]), np.array(d["areas"])
    n = len(w)

    def matrix(key, shape):
        s, c, v = d[key]
        return sp.csr_matrix((v, c, s), shape=shape)
    nb, nu = len(d["conduction"][0]) - 1, len(d["elasticity"][0]) - 1
    M, D, S = matrix("mass", (nc, nc)), matrix("diffusion", (nc, nc)), matrix("conduction", (nb, nb))
    K, B, Fe = matrix("elasticity", (nu, nu)), matrix("jump", (2 * n, nu)), matrix("forces", (nu, nc))
    ip, ib = np.array(d["surface"]), np.array(d["contact"])
    flux = 1 / (F * A["maximumConcentration_mol_m3"])
    th = RG * O["temperature_K"] / F
    dt = (O["discharged"] - O["charged"]) * O["period_s"] / 50
    k = np.arange(n)
    lu_c = sla.splu((M / dt + A["diffusivity"]["peak_m2_s"] * D).tocsc())
    load = np.zeros((nc, n))
    load[ip, k] = w * flux
    Z = lu_c.solve(load)
    Gc = Z[ip]
    load = np.zeros((nb, n))
    load[ib, k] = w
    Gp = sla.splu(S.tocsc()).solve(load)[ib]
    dc = L["fractureEnergy_J_m2"] / np.e / L["strength_Pa"]
    K0 = np.e * L["strength_Pa"] / dc
    W2 = np.repeat(w, 2)
    lu_u = sla.splu((K + B.T @ sp.diags(W2 * K0) @ B).tocsc(), permc_spec="MMD_AT_PLUS_A",
                    options=dict(SymmetricMode=True))
    C = B @ lu_u.solve(B.T.toarray())
    V0, E0, Q = A["openCircuitVoltage"], A["exchangeCurrent"], A["volumeChange"]

    def ocv(x):
        u = V0["constant_V"] + V0["slope_V"] * x
        g = V0["slope_V"] + 0 * x
        for t in V0["terms"]:
            h = np.tanh(t["steepness"] * (x - t["centre"]))
            u, g = u + t["amplitude_V"] * h, g + t["amplitude_V"] * t["steepness"] * (1 - h * h)
        a, b = (V0["end_V"] * np.exp(-v / V0["endWidth"]) for v in (x, 1 - x))
        return u + a - b, g - (a + b) / V0["endWidth"]

    def laws(x):
        inside = np.clip(x, 0.002, 0.998)
        u, g = ocv(inside)
        i0 = E0["reference_A_m2"] * inside ** E0["lithiated"] * (1 - inside) ** E0["vacant"]
        s = np.where(x == inside, i0 * (E0["lithiated"] / inside - E0["vacant"] / (1 - inside)), 0)
        return u + g * (x - inside), g, i0, s

    def volume(x):
        return -(Q["slope"] * (1 - x) + Q["collapseSlope"] * Q["collapseWidth"]
                 * np.logaddexp(0, (Q["collapseStart"] - x) / Q["collapseWidth"]))
    scale = d["fullCurrent"] / w.sum()
    x = np.full(nc, O["discharged"])
    V, i = ocv(np.array(O["discharged"]))[0], np.zeros(n)
    delta, D0, old = np.zeros(2 * n), np.zeros(n), np.zeros(n)
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        for step in range(100):
            current = (1 if step < 50 else -1) * d["fullCurrent"]
            R = L["resistance_Ohm_m2"] + L["damageResistance_Ohm_m2"] * np.expm1(L["resistanceSharpness"] * D0)
            free = lu_c.solve(M @ x / dt)
            J = np.zeros((n + 1, n + 1))
            J[n, :n] = w
            for _ in range(50):
                u, g, i0, s0 = laws(free[ip] - Gc @ i)
                q = i / (2 * i0)
                root = 2 * th / np.sqrt(1 + q * q)
                r = V - Gp @ i - u - R * i - 2 * th * np.arcsinh(q)
                J[:n, :n] = -Gp - (-g + root * q / i0 * s0)[:, None] * Gc
                J[k, k] -= R + root / (2 * i0)
                J[:n, n] = 1
                s = la.solve(J, np.r_[-r, current - w @ i], check_finite=False)
                largest = np.abs(s[:n]).max()
                f = min(1.0, 6 * scale / max(largest, 1e-30))
                i, V = i + f * s[:n], V + f * s[n]
                if largest < 1e-5 * scale and abs(s[n]) < 1e-5:
                    break
            x = free - Z @ i
            bonded = B @ lu_u.solve(Fe @ ((volume(x) - volume(O["discharged"])) / 3))
            for _ in range(60):
                dn, ds = delta[0::2], delta[1::2]
                pos = np.maximum(dn, 0)
                eff = np.hypot(pos, ds)
                trav, exc = eff - old, eff / dc - L["fatigueThreshold"]
                on = (trav > 0) & (exc > 0)
                inc = np.where(on, trav / L["fatigueLength_m"] * exc, 0)
                dam = (D0 + inc) / (1 + inc)
                grow = np.where(on, (1 - D0) / (1 + inc) ** 2 * (exc + trav / dc) / L["fatigueLength_m"], 0)
                mono = -np.expm1(-eff / dc)
                up = mono > dam
                dam, grow = np.where(up, mono, dam), np.where(up, (1 - mono) / dc, grow)
                safe = np.where(eff > 0, eff, 1)
                gn, gt = pos / safe, ds / safe
                left = (1 - dam) * K0
                T = np.empty(2 * n)
                T[0::2], T[1::2] = np.where(dn > 0, left * dn, K0 * dn), left * ds
                knn, knt = np.where(dn > 0, left - grow * K0 * gn * pos, K0), -grow * K0 * gt * pos
                ktn, ktt = -grow * K0 * gn * ds, left - grow * K0 * gt * ds
                res = delta - bonded - C @ (W2 * (K0 * delta - T))
                CW = C * W2
                Jm = np.empty((2 * n, 2 * n))
                Jm[:, 0::2] = -(CW[:, 0::2] * (K0 - knn) - CW[:, 1::2] * ktn)
                Jm[:, 1::2] = -(-CW[:, 0::2] * knt + CW[:, 1::2] * (K0 - ktt))
                Jm[np.arange(2 * n), np.arange(2 * n)] += 1
                s = la.solve(Jm, -res, check_finite=False)
                largest = np.abs(s).max()
                delta = delta + min(1.0, 0.3 * dc / max(largest, 1e-30)) * s
                if largest < 1e-5 * dc:
                    break
            # Damage at the solution; a last evaluation as above.
            pos, ds = np.maximum(delta[0::2], 0), delta[1::2]
            eff = np.hypot(pos, ds)
            inc = np.maximum(eff - old, 0) / L["fatigueLength_m"] * np.maximum(eff / dc - L["fatigueThreshold"], 0)
            D0, old = np.maximum((D0 + inc) / (1 + inc), -np.expm1(-eff / dc)), eff
        seconds.append(time.perf_counter() - start)
    who, vol, own = np.array(d["particleOf"]), np.array(d["nodeVolumes"]), np.array(d["owners"])
    P = range(who.max() + 1)
    return seconds, np.r_[V, [vol[who == p] @ x[who == p] / vol[who == p].sum() for p in P],
                          [w[own == p] @ D0[own == p] / w[own == p].sum() for p in P]]


name, words, output = sys.argv[1], sys.argv[2:-1], sys.argv[-1]
if name == "sparseSolve":
    seconds, result = solve_grid(int(words[0]), words[1])
else:
    seconds, result = (prototype if name == "networkPrototype" else cycle)(words[0])
np.ascontiguousarray(result, np.float64).tofile(output)
print(json.dumps({"seconds": seconds, "mb": peak_megabytes()}))
