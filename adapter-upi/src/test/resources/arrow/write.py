"""Writes the streams beside it, with pyarrow 26.0.1: python write.py."""
import pathlib

import numpy
import pyarrow

FOLDER = pathlib.Path(__file__).parent


def write(name, *batches, opener=pyarrow.ipc.new_stream, **options):
    with opener(str(FOLDER / (name + ".arrows")), batches[0].schema, options=pyarrow.ipc.IpcWriteOptions(**options)) as out:
        for batch in batches:
            out.write_batch(batch)


def batch(**columns):
    return pyarrow.record_batch(list(columns.values()), names=list(columns))


def array(values, kind):
    return pyarrow.array(values, type=kind)


inf = float("inf")
types = batch(
    float64=array([0.1, -0.0, None, inf], pyarrow.float64()),
    float32=array([0.5, None, -inf, 3e38], pyarrow.float32()),
    float16=pyarrow.array(numpy.array([1.5, -65504, 6e-8, numpy.nan], "float16")),
    int8=array([-128, 127, None, 0], pyarrow.int8()),
    int16=array([-(2**15), 2**15 - 1, 0, None], pyarrow.int16()),
    int32=array([-(2**31), 2**31 - 1, 0, 1], pyarrow.int32()),
    int64=array([-(2**63), 2**63 - 1, 0, None], pyarrow.int64()),
    uint8=array([0, 255, 1, 2], pyarrow.uint8()),
    uint16=array([0, 2**16 - 1, None, 2], pyarrow.uint16()),
    uint32=array([0, 2**32 - 1, 1, 2], pyarrow.uint32()),
    uint64=array([0, 2**63 - 1, 1, None], pyarrow.uint64()),
    text=array(["", "é😀", None, "\u2028\n\""], pyarrow.string()),
    large=array([None, "x" * 40, "b", ""], pyarrow.large_string()),
    none=pyarrow.nulls(4),
)
write("types", types)
write("batches", types.slice(0, 1), types.slice(1, 0), types.slice(1, 2), types.slice(3))
write("unaligned", types, metadata_version=pyarrow.ipc.MetadataVersion.V4)
write("none", types.slice(0, 0))
write("schema", batch(y=array([1.5], pyarrow.float64())).slice(0, 0))
write("columnless", pyarrow.RecordBatch.from_struct_array(pyarrow.array([{}] * 4, pyarrow.struct([]))))
write("compressed", types, compression="zstd")
write("dictionary", batch(y=pyarrow.array(["a", "b"]).dictionary_encode()))
write("bool", batch(y=array([True], pyarrow.bool_())))
write("list", batch(y=array([[1.5]], pyarrow.list_(pyarrow.float64()))))
write("timestamp", batch(y=array([1], pyarrow.timestamp("s"))))
write("view", batch(y=array(["a"], pyarrow.string_view())))
write("uint64", batch(y=array([2**63], pyarrow.uint64())))
write("row_id", batch(row_id=array([1.5], pyarrow.float64())))
write("file", batch(y=array([1.5], pyarrow.float64())), opener=pyarrow.ipc.new_file)
