"""mutants: code with one small slip, for every slip that there is a place for.

A slip is one that people make: another operator, a bound or an index one off, a term or a call
left out, two things exchanged, a number written in where a name belongs, `=` for `+=`, a result
written over an argument, a `return` one level too deep.
"""

import ast
import copy
from dataclasses import dataclass
from functools import singledispatch

import numpy as np

OPERATORS = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div, ast.Add),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.FloorDiv: (ast.Div, ast.Mult),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
}
COMPARISONS = {
    ast.Gt: (ast.GtE, ast.Lt, ast.NotEq),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Eq: (ast.NotEq, ast.GtE, ast.LtE),
    ast.NotEq: (ast.Eq,),
}
PEERS = {  # what is taken for one another
    "sum": ("mean", "max", "prod", "cumsum"),
    "mean": ("sum",),
    "max": ("min", "mean"),
    "argmax": ("argmin",),
    "zeros": ("ones",),
    "exp": ("expm1", "exp2", "cosh"),
    "log": ("log10", "log2", "log1p"),
    "log10": ("log", "log2"),
    "forward": ("derivative",),
    "derivative": ("forward",),
}
IN_PLACE = {ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.Div: "divide"}
WRITTEN_IN = [ast.Constant(number) for number in range(4)]
ONE = ast.Constant(1)


@dataclass(frozen=True)
class Mutant:
    """code: the functions with one slip in them; line: the statement with the slip, in one line."""

    code: str
    line: str


@dataclass(frozen=True)
class Scope:
    """What a function knows: its arguments, all its own names, the parts of `self` that it uses,
    and what it returns."""

    arguments: tuple
    names: tuple
    parts: tuple
    returned: object


def mutants(source, name):
    """Every Mutant of function `name` in `source` and of the functions it uses there.

    Where `name` only makes a function, that one is mutated. Code that comes out twice is given
    once. Raises ValueError for code with `while`: its mutants may never end.
    """
    return _mutants(source, name, slips)


def spoilers(source, name):
    """The mutants, as of mutants(), that write a result over one of the function's arguments."""
    return _mutants(source, name, overwritten)


def _mutants(source, name, slips):
    functions = _used(ast.parse(source), name)
    if any(isinstance(node, ast.While) for f in functions for node in ast.walk(f)):
        raise ValueError(f"{name} has a loop with `while`, whose mutants may never end; use `for`")
    whole = [ast.unparse(function) for function in functions]
    seen = {*whole}
    for n, function in enumerate(functions):
        for part in _made_in(function):
            for line in _mutated(part, slips):
                text = ast.unparse(function)
                if text not in seen:
                    seen.add(text)
                    yield Mutant("\n\n".join([*whole[:n], text, *whole[n + 1 :]]), line)


def _used(module, name):
    """The function `name` of a module, after those of the module that it uses."""
    own = {node.name: node for node in module.body if isinstance(node, ast.FunctionDef)}
    names = [node for node in ast.walk(own[name]) if isinstance(node, ast.Name)]
    used = {node.id for node in names} - {node.id for node in names if not _loads(node)}
    return [own[other] for other in own if other in used - {name}] + [own[name]]


def _made_in(function):
    """The functions that a function makes, or itself where it makes none."""
    made = [n for n in function.body if isinstance(n, ast.FunctionDef)]
    made += [n.value for n in function.body if isinstance(getattr(n, "value", None), ast.Lambda)]
    return made or [function]


def _mutated(function, slips):
    """Put each slip into the tree of a function in turn; yield its line while it is there."""
    scope = scope_of(function)
    for holder, key, node, statement in [*places(function)]:
        for slip in slips(node, scope):
            put(holder, key, slip)
            yield _line(node, slip, statement or function)
            put(holder, key, node)


def scope_of(function):
    arguments = [argument.arg for argument in function.args.args]
    nodes = [*ast.walk(function)]
    stored = [n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    parts = [n.attr for n in nodes if _is_part(n)]
    returned = [n.value for n in nodes if isinstance(n, ast.Return)]
    return Scope(
        tuple(arguments),
        tuple(dict.fromkeys(arguments + stored)),
        tuple(dict.fromkeys(parts)),
        returned[0] if len(returned) == 1 else None,
    )


def _is_part(node):
    """Whether a node is such as self.weights."""
    named = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    return named and node.value.id == "self"


def places(node, statement=None):
    """Every (holder, key, node, statement): where a node hangs, and the statement around it."""
    for field, value in ast.iter_fields(node):
        several = isinstance(value, list)
        for key, child in enumerate(value) if several else [(field, value)]:
            if not isinstance(child, ast.AST):
                continue
            around = child if isinstance(child, ast.stmt) else statement
            yield (value if several else node), key, child, around
            yield from places(child, around)


def put(holder, key, node):
    if isinstance(holder, list):
        holder[key] = node
    else:
        setattr(holder, key, node)


def _line(node, slip, statement):
    """The first line of the statement with the slip; what is left out stands behind "no"."""
    if isinstance(slip, ast.Pass):
        return f"no {ast.unparse(node)}".splitlines()[0]
    return ast.unparse(slip if node is statement else statement).splitlines()[0]


def _loads(node):
    return isinstance(node.ctx, ast.Load)


def _called(function, *arguments):
    return ast.Call(function, list(arguments), [])


def _of_numpy(name):
    return ast.Attribute(ast.Name("np"), name)


def _neighbours_exchanged(parts):
    for n in range(len(parts) - 1):
        yield [*parts[:n], parts[n + 1], parts[n], *parts[n + 2 :]]


def _one_left_out(parts):
    for n in range(len(parts)):
        yield [*parts[:n], *parts[n + 1 :]]


def changed(node, **fields):
    other = copy.copy(node)
    for field, value in fields.items():
        setattr(other, field, value)
    return other


# ---- the slips at one node of the tree


@singledispatch
def slips(node, scope):
    """The nodes that stand here by mistake."""
    return ()


@slips.register
def _(node: ast.BinOp, scope):
    for operator in OPERATORS.get(type(node.op), ()):
        yield changed(node, op=operator())
    yield from (node.left, node.right)
    if not isinstance(node.op, (ast.Add, ast.Mult)):
        yield changed(node, left=node.right, right=node.left)
    yield ast.UnaryOp(ast.USub(), node)
    yield from WRITTEN_IN
    if isinstance(node.op, ast.FloorDiv):
        quotient = changed(node, op=ast.Div())
        yield _called(ast.Name("round"), quotient)
        yield _called(_of_numpy("floor"), quotient)
        yield ast.UnaryOp(ast.USub(), changed(node, left=ast.UnaryOp(ast.USub(), node.left)))


@slips.register
def _(node: ast.IfExp, scope):
    yield from (node.body, node.orelse, changed(node, body=node.orelse, orelse=node.body))


@slips.register
def _(node: ast.arguments, scope):
    yield from (changed(node, args=args) for args in _neighbours_exchanged(node.args))


@slips.register
def _(node: ast.UnaryOp, scope):
    yield node.operand


@slips.register
def _(node: ast.Compare, scope):
    for operator in COMPARISONS.get(type(node.ops[0]), ()):
        yield changed(node, ops=[operator()])


@slips.register
def _(node: ast.Constant, scope):
    value = node.value
    if isinstance(value, str) and "->" in value:
        yield from (ast.Constant("".join(s)) for s in _neighbours_exchanged(value))
        yield from (ast.Constant("".join(s)) for s in _one_left_out(value))
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield from (ast.Constant(value + 1), ast.Constant(value - 1))


@slips.register
def _(node: ast.Name, scope):
    if node.id in scope.names and _loads(node):
        yield from (ast.Name(other) for other in scope.names if other != node.id)
        yield from WRITTEN_IN


@slips.register
def _(node: ast.Attribute, scope):
    if node.attr == "T":
        yield node.value
    if _is_part(node):
        yield from (changed(node, attr=other) for other in scope.parts if other != node.attr)
    yield from (changed(node, attr=peer) for peer in PEERS.get(node.attr, ()))


@slips.register
def _(node: ast.Tuple, scope):
    yield from (changed(node, elts=parts) for parts in _neighbours_exchanged(node.elts))
    if _loads(node):
        yield from (changed(node, elts=parts) for parts in _one_left_out(node.elts))


@slips.register
def _(node: ast.List, scope):
    yield from (changed(node, elts=parts) for parts in _neighbours_exchanged(node.elts))
    yield from (changed(node, elts=parts) for parts in _one_left_out(node.elts))


@slips.register
def _(node: ast.Subscript, scope):
    if _loads(node):
        yield node.value
    several = isinstance(node.slice, ast.Tuple)
    indices = node.slice.elts if several else [node.slice]
    for n, index in enumerate(indices):
        if isinstance(index, (ast.Slice, ast.Constant)):
            continue
        for off in (ast.Add(), ast.Sub()):
            moved = [*indices[:n], ast.BinOp(index, off, ONE), *indices[n + 1 :]]
            yield changed(node, slice=changed(node.slice, elts=moved) if several else moved[0])


@slips.register
def _(node: ast.Slice, scope):
    yield from (
        changed(node, **{end: None}) for end in ("lower", "upper", "step") if getattr(node, end)
    )
    for bound in ("lower", "upper"):
        kept = getattr(node, bound)
        if kept:
            for off in (ast.Add(), ast.Sub()):
                yield changed(node, **{bound: ast.BinOp(kept, off, ONE)})
    if not node.lower:
        yield changed(node, lower=ONE)
    if not node.upper:
        yield changed(node, upper=ast.UnaryOp(ast.USub(), ONE))
    if not node.step:
        yield changed(node, step=ast.UnaryOp(ast.USub(), ONE))


@slips.register
def _(node: ast.Call, scope):
    if isinstance(node.func, ast.Attribute):
        yield node.func.value
    yield from node.args[:1]
    yield from (changed(node, args=args) for args in _neighbours_exchanged(node.args))
    yield from (changed(node, args=args) for args in _one_left_out(node.args))
    yield from (changed(node, keywords=words) for words in _one_left_out(node.keywords))


# ---- the slips of a statement or a loop


@slips.register
def _(node: ast.comprehension, scope):
    for rest in ("1:", ":-1"):
        yield changed(node, iter=_rest_of(node.iter, rest))


def _rest_of(loop, rest):
    every = ast.parse(f"list(every)[{rest}]", mode="eval").body
    every.value.args = [loop]
    return every


@slips.register
def _(node: ast.For, scope):
    yield ast.Pass()
    for rest in ("1:", ":-1"):
        yield changed(node, iter=_rest_of(node.iter, rest))
    if scope.returned:
        yield changed(node, body=[*node.body, ast.Return(scope.returned)])


@slips.register
def _(node: ast.Expr, scope):
    if not isinstance(node.value, ast.Constant):  # a docstring
        yield ast.Pass()


@slips.register
def _(node: ast.Assign, scope):
    yield ast.Pass()
    target = node.targets[0]
    if isinstance(target, (ast.Subscript, ast.Attribute)):
        yield ast.AugAssign(target, ast.Add(), node.value)
    if isinstance(target, ast.Attribute):  # written into the old array, not a new one
        yield changed(node, targets=[ast.Subscript(target, ast.Constant(...), ast.Store())])
    if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Attribute):
        yield changed(node, targets=[target.value])


@slips.register
def _(node: ast.AugAssign, scope):
    yield ast.Pass()
    yield ast.Assign([node.target], node.value, lineno=0)
    yield from (changed(node, op=operator()) for operator in OPERATORS.get(type(node.op), ()))
    if isinstance(node.target, ast.Attribute):  # a new array, the old one is left as it was
        yield ast.Assign([node.target], ast.BinOp(node.target, node.op, node.value), lineno=0)


# ---- a result over an argument


def _is_argument(node, scope):
    return isinstance(node, ast.Name) and node.id in scope.arguments


@singledispatch
def overwritten(node, scope):
    """The nodes that compute the same as this one, and write it over an argument."""
    return ()


@overwritten.register
def _(node: ast.BinOp, scope):
    if _is_argument(node.left, scope) and type(node.op) in IN_PLACE:
        yield _called(_of_numpy(IN_PLACE[type(node.op)]), node.left, node.right, node.left)


@overwritten.register
def _(node: ast.Call, scope):
    universal = isinstance(getattr(np, getattr(node.func, "attr", ""), None), np.ufunc)
    if universal and len(node.args) == 1 and _is_argument(node.args[0], scope):
        yield changed(node, args=node.args * 2)  # np.exp(x, x)
