# SCRIPT and STYLE as raw string literals in OUT.
foreach(name IN ITEMS SCRIPT STYLE)
  file(READ ${${name}} ${name}_TEXT)
  # What would end the literal, or the element of the page that carries it.
  foreach(end IN ITEMS ")tracetax_web\"" "</script" "<!--" "</style")
    string(FIND "${${name}_TEXT}" "${end}" at)
    if(NOT at EQUAL -1)
      message(FATAL_ERROR "${${name}} holds ${end}, with which it cannot be part of a page")
    endif()
  endforeach()
endforeach()
file(WRITE ${OUT} "#include \"reports/web/bundle.h\"

namespace tracetax::web {

std::string_view script() {
  return R\"tracetax_web(${SCRIPT_TEXT})tracetax_web\";
}

std::string_view style() {
  return R\"tracetax_web(${STYLE_TEXT})tracetax_web\";
}

}  // namespace tracetax::web
")
