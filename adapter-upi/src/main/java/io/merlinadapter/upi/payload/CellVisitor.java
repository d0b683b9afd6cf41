package io.merlinadapter.upi.payload;

/** Is told the cells of a table in a reply, row by row. */
interface CellVisitor {
    void startRow(int row) throws JsonFault;

    /** The cursor is at the first token of the value, of whatever kind. */
    void cell(int row, int column, JsonCursor value) throws JsonFault;

    /** There is no value. */
    void absent(int row, int column) throws JsonFault;

    void endRow(int row) throws JsonFault;
}
