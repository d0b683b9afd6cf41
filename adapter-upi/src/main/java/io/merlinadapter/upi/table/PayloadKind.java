package io.merlinadapter.upi.table;

/** What a program is told of a UPI request, and what it is to answer. docs/upi.md shows both. */
public enum PayloadKind {
    /** All of the request, tables with their columns, types and row ids: {@code {"prediction_table":{…},…}}. */
    TABLE,
    /** The values of the rows alone, as in a request of the HTTP_JSON protocol: {@code {"instances":[[…],…]}}. */
    INSTANCES
}
