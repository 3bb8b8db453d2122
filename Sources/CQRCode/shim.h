// QR codes by libqrencode. Every function here takes and gives plain numbers; a drawing is a number too, and 0 is none.
#include <qrencode.h>
#include <stdint.h>
#include <stdlib.h>

// A text on its way in, then the code of it. The longest invite has 600 bytes.
struct callbox_drawing {
    QRcode *code;
    unsigned length;
    unsigned char text[1024];
};

// A new drawing.
static inline uintptr_t qr_begin(void) { return (uintptr_t)calloc(1, sizeof(struct callbox_drawing)); }

// Adds a byte to its text. 0, or -1 when it is full.
static inline int qr_put(uintptr_t number, uint8_t byte) {
    struct callbox_drawing *drawing = (struct callbox_drawing *)number;
    if (!drawing || drawing->length == sizeof drawing->text) return -1;
    drawing->text[drawing->length++] = byte;
    return 0;
}

// Draws the text as bytes at an error correction level (0 lowest to 3 highest). The modules in a row, or 0 when it cannot be drawn.
static inline int qr_draw(uintptr_t number, int level) {
    struct callbox_drawing *drawing = (struct callbox_drawing *)number;
    if (!drawing || level < 0 || level > 3) return 0;
    if (drawing->code) QRcode_free(drawing->code);
    drawing->code = QRcode_encodeData((int)drawing->length, drawing->text, 0, (QRecLevel)level);
    return drawing->code ? drawing->code->width : 0;
}

// Whether a module is dark; 0 outside of the code.
static inline int qr_is_dark(uintptr_t number, int row, int column) {
    struct callbox_drawing *drawing = (struct callbox_drawing *)number;
    if (!drawing || !drawing->code) return 0;
    int width = drawing->code->width;
    if (row < 0 || column < 0 || row >= width || column >= width) return 0;
    return drawing->code->data[row * width + column] & 1;
}

// Frees it.
static inline void qr_end(uintptr_t number) {
    struct callbox_drawing *drawing = (struct callbox_drawing *)number;
    if (!drawing) return;
    if (drawing->code) QRcode_free(drawing->code);
    free(drawing);
}
