# Completion of tether for bash: the command itself knows what may come.

_tether() {
    local word=${COMP_WORDS[COMP_CWORD]} line kind
    COMPREPLY=()
    {
        read -r kind
        if [[ $kind == files ]]; then
            [[ $word == = ]] && word=
            compopt -o filenames 2>/dev/null
            mapfile -t COMPREPLY < <(compgen -f -- "$word")
            return
        fi
        while IFS=$'\t' read -r line _; do
            # An option and its value are words of their own around the equals sign.
            [[ ${COMP_WORDS[COMP_CWORD - 1]} == = || $word == = ]] && line=${line#--*=}
            [[ $word == [\'\"]* ]] || printf -v line %q "$line"
            COMPREPLY+=("$line")
        done
    } < <("${COMP_WORDS[0]}" __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[=:] ]] && compopt -o nospace 2>/dev/null
    return 0
}
complete -F _tether tether
