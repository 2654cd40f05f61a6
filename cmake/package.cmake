# `cpack -G DEB` in the build folder makes two packages for the Debian that it runs on: calib (the program, the Python package and the
# demo) and libcalib-dev (what find_package(calib) needs).
set(CPACK_PACKAGE_NAME calib)
set(CPACK_PACKAGE_VENDOR "The developers of calib")
set(CPACK_PACKAGE_CONTACT "The developers of calib <calib@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")  # each package has its own
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL calib dev)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)

set(CPACK_DEBIAN_CALIB_DESCRIPTION "calibrates rigs of cameras
From pictures of a printed board calib finds the lens of each camera, where
each camera stands and looks, and how certain all of this is. The Python
package calib uses calibrations on arrays of NumPy.")
set(CPACK_DEBIAN_CALIB_PACKAGE_NAME calib)
set(CPACK_DEBIAN_CALIB_PACKAGE_SECTION graphics)
set(CPACK_DEBIAN_CALIB_PACKAGE_SHLIBDEPS ON)
if(CALIB_BUILD_PYTHON)
  # The compiled module is for one minor version of Python.
  execute_process(COMMAND ${CALIB_PYTHON} -c "import sys; print('%d.%d;%d.%d' % (*sys.version_info[:2], 3, sys.version_info[1] + 1), end='')"
                  OUTPUT_VARIABLE versions COMMAND_ERROR_IS_FATAL ANY)
  list(GET versions 0 this)
  list(GET versions 1 next)
  set(CPACK_DEBIAN_CALIB_PACKAGE_DEPENDS "python3 (>= ${this}), python3 (<< ${next}), python3-numpy")
endif()

set(CPACK_DEBIAN_DEV_DESCRIPTION "libraries and headers of calib for C++
For programs that use calibrations, by find_package(calib).")
set(CPACK_DEBIAN_DEV_PACKAGE_NAME libcalib-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS "calib (= ${PROJECT_VERSION}), libeigen3-dev, libfmt-dev, libtbb-dev, libopencv-dev, \
libopencv-contrib-dev, libjpeg-dev, libtiff-dev, libyaml-cpp-dev, nlohmann-json3-dev, pkg-config, libxxhash-dev, libdeflate-dev")
include(CPack)
