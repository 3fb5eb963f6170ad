# TRACETAX_OTLP_HTTP_GZIP: 1 when the installed SDK can compress over HTTP. It has no header or target property that
# tells; a client library that cannot carries this message.
set(TRACETAX_OTLP_HTTP_GZIP 1)
if(TARGET opentelemetry-cpp::http_client_curl)
  get_target_property(library opentelemetry-cpp::http_client_curl LOCATION)
  if(library AND EXISTS "${library}")
    file(STRINGS "${library}" message REGEX "WITH_OTLP_HTTP_COMPRESSION=ON")
    if(message)
      set(TRACETAX_OTLP_HTTP_GZIP 0)
    endif()
  endif()
endif()
