// A mapping file cut into pieces that each have a name, so that a change can be told by it.
#ifndef MAP_MAPPING_PIECES_H
#define MAP_MAPPING_PIECES_H

#include "map/mapping.h"

// Fills pieces and n_pieces. Two files that differ only in comments, blanks, quotes, about: or the order of
// keys have the same pieces; only the columns' order counts, for it is that of the out_ table.
void mapping_read_pieces(Arena *a, const YamlNode *root, Mapping *m);

#endif
