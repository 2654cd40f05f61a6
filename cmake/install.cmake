# The files that `cmake --install` installs. Component calib: the program with its man pages, completions and demo (and the Python
# package, by python/CMakeLists.txt). Component dev: the libraries and headers for find_package(calib).
include(CMakePackageConfigHelpers)
get_property(modules GLOBAL PROPERTY CALIB_MODULES)
set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME calib)
install(TARGETS calib_app RUNTIME)
install(DIRECTORY ${PROJECT_BINARY_DIR}/share/man/ DESTINATION ${CMAKE_INSTALL_MANDIR})
foreach(folder bash-completion zsh fish)
  install(DIRECTORY ${PROJECT_BINARY_DIR}/share/${folder} DESTINATION ${CMAKE_INSTALL_DATADIR})
endforeach()
install(TARGETS calib_codecs LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/calib)
install(DIRECTORY data/demo DESTINATION ${CMAKE_INSTALL_DATADIR}/calib)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/calib RENAME copyright)

set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME dev)
install(TARGETS ${modules} EXPORT calib_targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}/calib)
install(DIRECTORY lib/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/calib FILES_MATCHING PATTERN "*.hpp")
install(EXPORT calib_targets NAMESPACE calib:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/calib)
configure_package_config_file(cmake/calibConfig.cmake.in calibConfig.cmake
                              INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/calib)
write_basic_package_version_file(calibConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/calibConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/calibConfigVersion.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/calib)
