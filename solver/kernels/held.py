"""Named tuples by reference.

Numba hands a tuple of arrays over by value, seven words and more an array: some 250 words a call for those of the kernels, which
takes longer than a short kernel does. A tuple whose class is `held` lies on the stack of the call from the interpreter instead;
kernels hand on a pointer to it, and read its fields through that. Without the compiler nothing changes.
"""

from typing import Any, TypeVar

from llvmlite import ir
from numba.core import cgutils, types
from numba.core.imputils import impl_ret_borrowed
from numba.core.typing.templates import AttributeTemplate
from numba.extending import NativeValue, infer_getattr, lower_getattr_generic, models, register_model, typeof_impl, unbox

_T = TypeVar("_T", bound=type)


class Held(types.Type):
    """The type, to the compiler, of a named tuple that is handed on by reference."""

    def __init__(self, whole: types.NamedTuple) -> None:
        self.whole = whole
        super().__init__(f"Held({whole.instance_class.__name__})")

    @property
    def key(self) -> object:
        return self.whole


def held(named_tuple: _T) -> _T:
    """Make kernels take a named tuple of arrays by reference; to be said of its class."""
    typeof_impl.register(named_tuple)(_typeof)
    return named_tuple


def _typeof(value: Any, purpose: Any) -> Held:
    return Held(types.NamedTuple([typeof_impl(each, purpose) for each in value], type(value)))


@register_model(Held)
class _Pointer(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Held) -> None:
        super().__init__(manager, kind, manager.lookup(kind.whole).get_value_type().as_pointer())


@unbox(Held)
def _unboxed(kind: Held, value: Any, c: Any) -> NativeValue:
    whole = c.unbox(kind.whole, value)
    return NativeValue(cgutils.alloca_once_value(c.builder, whole.value), is_error=whole.is_error, cleanup=whole.cleanup)


@infer_getattr
class _Fields(AttributeTemplate):
    key = Held

    def generic_resolve(self, kind: Held, name: str) -> Any:  # type: ignore[override]
        return kind.whole[kind.whole.fields.index(name)] if name in kind.whole.fields else None


@lower_getattr_generic(Held)
def _field(context: Any, builder: Any, kind: Held, pointer: Any, name: str) -> Any:
    index = kind.whole.fields.index(name)
    value = _loaded(builder, cgutils.gep_inbounds(builder, pointer, 0, index))
    return impl_ret_borrowed(context, builder, kind.whole[index], value)


def _loaded(builder: Any, pointer: Any) -> Any:
    """What a pointer points at, number by number.

    The loads are marked invariant, so that LLVM may read a number once for a whole loop: a named tuple does not change, and numba
    never inlines the entry kernel into the wrapper that unboxes the tuple before the call.
    """
    kind = pointer.type.pointee
    if not isinstance(kind, ir.LiteralStructType | ir.ArrayType):
        value = builder.load(pointer)
        value.set_metadata("invariant.load", builder.module.add_metadata([]))
        return value
    value = ir.Constant(kind, ir.Undefined)
    for k in range(len(kind)):
        value = builder.insert_value(value, _loaded(builder, cgutils.gep_inbounds(builder, pointer, 0, k)), k)
    return value
