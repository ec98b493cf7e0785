# Completion of tether for fish: the command itself knows what may come.

function __tether_complete
    set -l words (commandline -opc)
    set -l lines ($words[1] __complete $words[2..-1] (commandline -ct) 2>/dev/null)
    if test "$lines[1]" = files
        __fish_complete_path (commandline -ct)
    else
        string join \n -- $lines[2..-1]
    end
end
complete -c tether -f -a '(__tether_complete)'
