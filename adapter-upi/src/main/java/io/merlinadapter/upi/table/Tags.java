package io.merlinadapter.upi.table;

import caraml.upi.v1.TableOuterClass.Column;
import caraml.upi.v1.TableOuterClass.Row;
import caraml.upi.v1.TableOuterClass.Table;
import caraml.upi.v1.TableOuterClass.Value;
import caraml.upi.v1.Upi.PredictValuesRequest;
import caraml.upi.v1.Upi.RequestMetadata;
import caraml.upi.v1.Upi.TransformerInput;
import caraml.upi.v1.VariableOuterClass.Variable;
import com.google.protobuf.Timestamp;
import com.google.protobuf.WireFormat;

/** How the fields of UPI's messages are marked in their bytes. */
final class Tags {
    private static final int VARINT = WireFormat.WIRETYPE_VARINT;
    private static final int FIXED64 = WireFormat.WIRETYPE_FIXED64;
    private static final int RANGE = WireFormat.WIRETYPE_LENGTH_DELIMITED;

    static final int REQUEST_TABLE = PredictValuesRequest.PREDICTION_TABLE_FIELD_NUMBER << 3 | RANGE;
    static final int REQUEST_TARGET = PredictValuesRequest.TARGET_NAME_FIELD_NUMBER << 3 | RANGE;
    static final int REQUEST_CONTEXT = PredictValuesRequest.PREDICTION_CONTEXT_FIELD_NUMBER << 3 | RANGE;
    static final int REQUEST_TRANSFORMER = PredictValuesRequest.TRANSFORMER_INPUT_FIELD_NUMBER << 3 | RANGE;
    static final int REQUEST_METADATA = PredictValuesRequest.METADATA_FIELD_NUMBER << 3 | RANGE;

    static final int REQUEST_PREDICTION_ID = RequestMetadata.PREDICTION_ID_FIELD_NUMBER << 3 | RANGE;
    static final int REQUEST_TIMESTAMP = RequestMetadata.REQUEST_TIMESTAMP_FIELD_NUMBER << 3 | RANGE;
    static final int SECONDS = Timestamp.SECONDS_FIELD_NUMBER << 3 | VARINT;
    static final int NANOS = Timestamp.NANOS_FIELD_NUMBER << 3 | VARINT;

    static final int TRANSFORMER_TABLE = TransformerInput.TABLES_FIELD_NUMBER << 3 | RANGE;
    static final int TRANSFORMER_VARIABLE = TransformerInput.VARIABLES_FIELD_NUMBER << 3 | RANGE;

    static final int TABLE_NAME = Table.NAME_FIELD_NUMBER << 3 | RANGE;
    static final int TABLE_COLUMN = Table.COLUMNS_FIELD_NUMBER << 3 | RANGE;
    static final int TABLE_ROW = Table.ROWS_FIELD_NUMBER << 3 | RANGE;
    static final int COLUMN_NAME = Column.NAME_FIELD_NUMBER << 3 | RANGE;
    static final int COLUMN_TYPE = Column.TYPE_FIELD_NUMBER << 3 | VARINT;
    static final int ROW_ID = Row.ROW_ID_FIELD_NUMBER << 3 | RANGE;
    static final int ROW_VALUE = Row.VALUES_FIELD_NUMBER << 3 | RANGE;

    static final int VALUE_DOUBLE = Value.DOUBLE_VALUE_FIELD_NUMBER << 3 | FIXED64;
    static final int VALUE_INTEGER = Value.INTEGER_VALUE_FIELD_NUMBER << 3 | VARINT;
    static final int VALUE_STRING = Value.STRING_VALUE_FIELD_NUMBER << 3 | RANGE;
    static final int VALUE_NULL = Value.IS_NULL_FIELD_NUMBER << 3 | VARINT;

    static final int VARIABLE_NAME = Variable.NAME_FIELD_NUMBER << 3 | RANGE;
    static final int VARIABLE_TYPE = Variable.TYPE_FIELD_NUMBER << 3 | VARINT;
    static final int VARIABLE_DOUBLE = Variable.DOUBLE_VALUE_FIELD_NUMBER << 3 | FIXED64;
    static final int VARIABLE_INTEGER = Variable.INTEGER_VALUE_FIELD_NUMBER << 3 | VARINT;
    static final int VARIABLE_STRING = Variable.STRING_VALUE_FIELD_NUMBER << 3 | RANGE;

    private Tags() {}
}
