# SPDX-License-Identifier: MIT
# Makes gnuplot's SVG speak: CHART, TITLE and DESC come from the environment,
# where awk leaves backslashes alone. Also gives fonts a fallback and bold text
# its attribute and drawn marks a stroke that shows on a projector, and drops
# gnuplot's tooltips, which show paths of data files.

function xml(s)
{
    gsub(/&/, "\\&amp;", s)
    gsub(/</, "\\&lt;", s)
    gsub(/>/, "\\&gt;", s)
    gsub(/"/, "\\&quot;", s)
    return s
}

/^<svg/ {
    id = ENVIRON["CHART"]
    gsub(/[^A-Za-z0-9_-]/, "-", id)
    print
    printf " role=\"img\" aria-labelledby=\"%s-title %s-desc\"\n", id, id
    next
}

/^<title>Gnuplot<\/title>/ {
    printf "<title id=\"%s-title\">%s</title>\n", id, xml(ENVIRON["TITLE"])
    next
}

/^<desc>Produced/ {
    printf "<desc id=\"%s-desc\">%s</desc>\n", id, xml(ENVIRON["DESC"])
    next
}

{
    sub(/<g id="gnuplot_plot_[0-9a-z]+" ?><title>.*<\/title>/, "<g>")
    sub(/<g id="gnuplot_canvas">/, "<g>")
    stack = "font-family=\"'DejaVu Sans', Verdana, 'Segoe UI', sans-serif\""
    sub(/font-family="DejaVu Sans:Bold"/, stack " font-weight=\"bold\"")
    sub(/font-family="DejaVu Sans"/, stack)
    sub(/stroke-width='0.148'/, "stroke-width='0.3'")
    print
}
