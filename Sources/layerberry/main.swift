print("layerberry")
