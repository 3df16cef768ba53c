// What the completion scripts do with the tables of commands and flags that stand before them.
#ifndef CLI_COMPLETION_H
#define CLI_COMPLETION_H

extern const char completion_engine[]; // for either shell: sets _mudanza_found, one candidate a line
extern const char completion_of_bash[], completion_of_zsh[];

#endif
